data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  created            = var.role_arn == null
  role_arn           = local.created ? one(aws_iam_role.job[*].arn) : var.role_arn
  role_name          = coalesce(var.role_name, var.name)
  role_path_and_name = local.created ? local.role_name : regex(":role/(.+)$", var.role_arn)[0]
}

resource "aws_iam_role" "job" {
  count = local.created ? 1 : 0

  name                 = local.role_name
  description          = "Runs the Glue job ${var.name}"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "glue.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # Glue serves every account: only on behalf of this one.
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "job" {
  count = local.created ? 1 : 0

  name = "job"
  role = aws_iam_role.job[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in concat(local.run_statements, local.network_statements, var.statements) : merge(
        {
          Sid      = statement.sid
          Effect   = "Allow"
          Action   = statement.actions
          Resource = statement.resources
        },
        length(statement.conditions) == 0 ? {} : { Condition = statement.conditions },
      )
    ]
  })
}
