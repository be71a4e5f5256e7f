locals {
  results_prefix    = "results/"
  temporary_prefix  = "temporary/"
  access_log_prefix = "access-logs/"
}

# SSE-S3 always: AWS delivers access logs into no other. Query results are encrypted with the lake's key all the same,
# by the workgroup.
# trivy:ignore:AWS-0089 it takes the access logs: a log of its own would log itself, for ever
module "helper_bucket" {
  # checkov:skip=CKV_AWS_300:the rule "housekeeping" ends uploads after 7 days; checkov reads the list of rules in its place
  source = "../modules/bucket"

  name            = var.helper_bucket
  force_destroy   = var.force_destroy
  noncurrent_days = 7

  lifecycle_rules = [
    { id = "results", prefix = local.results_prefix, expiration_days = 30 },
    { id = "temporary", prefix = local.temporary_prefix, expiration_days = 7 },
    { id = "access-logs", prefix = local.access_log_prefix, expiration_days = var.log_retention_days },
  ]

  statements = [{
    sid        = "DeliverAccessLogs"
    effect     = "Allow"
    principals = { Service = ["logging.s3.amazonaws.com"] }
    actions    = ["s3:PutObject"]
    on         = ["/${local.access_log_prefix}*"]
    conditions = {
      StringEquals = { "aws:SourceAccount" = [var.account_id] }
      ArnEquals    = { "aws:SourceArn" = [for name in concat(values(var.layer_buckets), values(var.platform_buckets)) : "${local.bucket_arn_prefix}${name}"] }
    }
  }]
}
