locals {
  log_group_prefix = "/aws-glue/jobs/${var.name}"

  # Glue puts what a security configuration encrypts into groups of their own, named for it and for the role with its path.
  log_groups_in = var.security_configuration == null ? local.log_group_prefix : "${local.log_group_prefix}/${var.security_configuration}-role/${local.role_path_and_name}"
}

# The two groups that Glue 5.0 writes to, made here so that they expire.
resource "aws_cloudwatch_log_group" "job" {
  # checkov:skip=CKV_AWS_338:how long logs are kept is the caller's choice (log_retention_days)
  for_each = toset(["error", "output"])

  name              = "${local.log_groups_in}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
