data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

resource "aws_kms_key" "this" {
  description             = var.description
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_protection ? 30 : 7

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      # IAM policies of the account decide who may use the key, which is also what keeps it manageable.
      [{
        Sid       = "AccountDecidesByIam"
        Effect    = "Allow"
        Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root" }
        Action    = "kms:*" # less, and a key could be locked away from everyone for good
        Resource  = "*"     # a key policy speaks of its own key only
      }],
      [for name, grant in var.service_grants : {
        Sid       = name
        Effect    = "Allow"
        Principal = { Service = grant.principal }
        Action    = grant.actions
        Resource  = "*" # a key policy speaks of its own key only
        Condition = length(grant.conditions) > 0 ? grant.conditions : local.on_our_behalf
      }],
    )
  })
}

locals {
  # Otherwise another account could have the service use the key for it.
  on_our_behalf = tomap({ StringEquals = tomap({ "aws:SourceAccount" = tolist([data.aws_caller_identity.current.account_id]) }) })
}

resource "aws_kms_alias" "this" {
  name          = var.alias
  target_key_id = aws_kms_key.this.key_id
}
