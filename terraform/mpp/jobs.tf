data "aws_partition" "current" {}

locals {
  raw_arn    = "arn:${data.aws_partition.current.partition}:s3:::${var.layer_buckets.raw}"
  staged_arn = "arn:${data.aws_partition.current.partition}:s3:::${var.layer_buckets.staged}"
}

module "raw_to_staged" {
  source = "../modules/glue_job"

  name        = "${var.name_prefix}-raw-to-staged"
  description = "Types and deduplicates one day of GitHub events from raw into staged"
  connections = [aws_glue_connection.private.name]

  script = {
    source = "${path.module}/../../files/spark/raw-to-staged.py"
    bucket = var.scripts_bucket
    key    = "jobs/raw-to-staged.py"
  }

  arguments = {
    "--raw_bucket"    = var.layer_buckets.raw
    "--staged_bucket" = var.layer_buckets.staged
  }

  statements = [
    {
      sid        = "ListRaw"
      actions    = ["s3:ListBucket"]
      resources  = [local.raw_arn]
      conditions = { StringLike = { "s3:prefix" = ["github/archive", "github/archive/*"] } }
    },
    {
      sid       = "ReadRaw"
      actions   = ["s3:GetObject"]
      resources = ["${local.raw_arn}/github/archive/*"]
    },
    {
      sid        = "ListStaged"
      actions    = ["s3:ListBucket"]
      resources  = [local.staged_arn]
      conditions = { StringLike = { "s3:prefix" = ["github_events", "github_events/*", "github_events_$folder$"] } }
    },
    {
      sid     = "WriteStaged"
      actions = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      # The second is the marker that EMRFS leaves beside a folder.
      resources = ["${local.staged_arn}/github_events/*", "${local.staged_arn}/github_events_$folder$"]
    },
  ]
}
