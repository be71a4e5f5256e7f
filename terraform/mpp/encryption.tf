# Logs, bookmarks and the database's secret; what lies in the buckets has the lake's key.
module "key" {
  source = "../modules/kms_key"

  alias               = "alias/${var.name_prefix}-mpp"
  description         = "Logs, bookmarks and secret of ${var.name_prefix}'s jobs"
  deletion_protection = var.deletion_protection

  service_grants = {
    Logs = {
      principal = "logs.${var.region}.amazonaws.com"
      actions = [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ]
      conditions = {
        ArnLike = {
          "kms:EncryptionContext:aws:logs:arn" = [
            for kind in ["jobs", "crawlers-role"] :
            "arn:${local.partition}:logs:${var.region}:${var.account_id}:log-group:/aws-glue/${kind}/${var.name_prefix}-*"
          ]
        }
      }
    }
  }
}

resource "aws_glue_security_configuration" "this" {
  name = "${var.name_prefix}-mpp"

  encryption_configuration {
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "SSE-KMS"
      kms_key_arn                = module.key.arn
    }

    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "CSE-KMS"
      kms_key_arn                   = module.key.arn
    }

    s3_encryption {
      s3_encryption_mode = var.lake_kms_key_arn == null ? "SSE-S3" : "SSE-KMS"
      kms_key_arn        = var.lake_kms_key_arn
    }
  }
}
