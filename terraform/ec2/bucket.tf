locals {
  bucket_key_arn = var.encryption == "sse-s3" ? null : coalesce(var.kms_key_arn, module.key.arn)
}

# trivy:ignore:AWS-0089 files pass through within minutes, and the worker logs each one; an access log would be many times as large
module "worker_bucket" {
  source = "../modules/bucket"

  name          = var.worker_bucket
  force_destroy = var.force_destroy
  kms_key_arn   = local.bucket_key_arn
}
