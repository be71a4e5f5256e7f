data "aws_partition" "current" {}

module "batch" {
  source = "../modules/lambda_function"

  name            = "${var.name_prefix}-ingest-batch"
  description     = "Copies one hour of the GitHub archive into the raw layer"
  package         = "${path.module}/../../dist/ingest-batch.zip"
  memory_mib      = 512
  timeout_seconds = 300

  environment = {
    RAW_BUCKET  = var.raw_bucket
    ARCHIVE_URL = var.archive_url
    LAG_HOURS   = tostring(var.lag_hours)
  }

  statements = [{
    sid       = "WriteArchive"
    actions   = ["s3:PutObject"]
    resources = ["arn:${data.aws_partition.current.partition}:s3:::${var.raw_bucket}/github/archive/*"]
  }]
}
