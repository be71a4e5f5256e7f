locals {
  service_user     = "${var.business}-ci-${var.region}"
  service_user_arn = "${local.iam}:user${local.ci_path}${local.service_user}"
}

# Without a key: one made here would lie in the state, readable to whoever may plan.
resource "aws_iam_user" "ci" {
  # checkov:skip=CKV_AWS_273:only where asked for, for a CI system without OIDC: no SSO signs a machine in, and it may only assume the two roles
  count = var.service_user ? 1 : 0

  name = local.service_user
  path = local.ci_path
}

# trivy:ignore:AWS-0123 its one member is a machine, which has no second factor
resource "aws_iam_group" "ci" {
  count = var.service_user ? 1 : 0

  name = local.service_user
  path = local.ci_path
}

resource "aws_iam_user_group_membership" "ci" {
  count = var.service_user ? 1 : 0

  user   = aws_iam_user.ci[0].name
  groups = [aws_iam_group.ci[0].name]
}

resource "aws_iam_group_policy" "ci" {
  count = var.service_user ? 1 : 0

  name  = "assume-ci-roles"
  group = aws_iam_group.ci[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "AssumeCiRoles"
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = [for name in values(local.ci_role_names) : "${local.iam}:role${local.ci_path}${name}"]
    }]
  })
}
