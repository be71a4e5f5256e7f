resource "aws_cloudwatch_log_group" "function" {
  # checkov:skip=CKV_AWS_338:how long logs are kept is the caller's choice (log_retention_days)
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
