module "key" {
  source = "../modules/kms_key"

  alias               = "alias/${var.name_prefix}-ingest"
  description         = "Logs, dead letters, schedules, alarms and function settings of ${var.name_prefix}-ingest"
  deletion_protection = var.deletion_protection

  service_grants = {
    Logs = {
      principal = "logs.${var.region}.${data.aws_partition.current.dns_suffix}"
      actions = [
        "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo",
      ]
      conditions = {
        ArnLike = { "kms:EncryptionContext:aws:logs:arn" = ["${local.arn.logs}:log-group:/aws/lambda/${var.name_prefix}-ingest-*"] }
      }
    }
    # An alarm can tell an encrypted topic only with these.
    Alarms = {
      principal = "cloudwatch.amazonaws.com"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    }
    # For dead letters of schedules, beside the rights of their role:
    # https://docs.aws.amazon.com/scheduler/latest/UserGuide/troubleshooting.html
    DeadSchedules = {
      principal = "scheduler.amazonaws.com"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    }
  }
}
