locals {
  log_group = "/millrace/${var.name_prefix}/worker"
}

module "key" {
  source = "../modules/kms_key"

  alias               = "alias/${var.name_prefix}-worker"
  description         = "The worker of ${var.name_prefix}: its log, and its bucket where that has no other key"
  deletion_protection = var.deletion_protection

  service_grants = {
    Logs = {
      principal = "logs.${var.region}.amazonaws.com"
      actions = [
        "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo",
      ]
      conditions = {
        ArnEquals = {
          "kms:EncryptionContext:aws:logs:arn" = ["arn:${data.aws_partition.current.partition}:logs:${var.region}:${var.account_id}:log-group:${local.log_group}"]
        }
      }
    }
  }
}
