resource "aws_athena_workgroup" "this" {
  name          = var.name_prefix
  description   = "Queries over the lake of ${var.name_prefix}"
  force_destroy = var.force_destroy

  configuration {
    # Without it a client could choose its own place for results, its own encryption and no limit.
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.query_scan_limit_gib * pow(1024, 3)

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "s3://${module.helper_bucket.name}/${local.results_prefix}"
      expected_bucket_owner = var.account_id

      encryption_configuration {
        encryption_option = local.encrypts_with_kms ? "SSE_KMS" : "SSE_S3"
        kms_key_arn       = local.kms_key_arn
      }
    }
  }
}
