data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account_arn = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}"
}

resource "aws_iam_role" "this" {
  name        = var.name
  path        = var.path
  description = var.description

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      length(var.subjects) == 0 ? [] : [{
        Sid       = "ExactSubjects"
        Effect    = "Allow"
        Principal = { Federated = "${local.account_arn}:oidc-provider/${var.issuer}" }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "${var.issuer}:aud" = ["sts.amazonaws.com"]
            "${var.issuer}:sub" = var.subjects
          }
        }
      }],
      # The account as principal and the name as a condition: IAM refuses a principal that does not exist yet, and
      # turns one that is deleted into an id that nobody has.
      length(var.principal_arns) == 0 ? [] : [{
        Sid       = "ExactPrincipals"
        Effect    = "Allow"
        Principal = { AWS = "${local.account_arn}:root" }
        Action    = "sts:AssumeRole"
        Condition = { StringEquals = { "aws:PrincipalArn" = var.principal_arns } }
      }],
    )
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = var.policy_arns

  role       = aws_iam_role.this.name
  policy_arn = each.value
}
