locals {
  # What jobs read and write.
  places = {
    archive  = { bucket = var.layer_buckets.raw, prefix = "github/archive" }
    tables   = { bucket = var.layer_buckets.raw, prefix = "jdbc" }
    events   = { bucket = var.layer_buckets.staged, prefix = "github_events" }
    activity = { bucket = var.layer_buckets.analytics, prefix = "github_activity" }
  }

  read_statements = {
    for name, place in local.places : name => [
      {
        sid        = "List${title(name)}"
        actions    = ["s3:ListBucket"]
        resources  = ["arn:${local.partition}:s3:::${place.bucket}"]
        conditions = { StringLike = { "s3:prefix" = [place.prefix, "${place.prefix}/*"] } }
      },
      {
        sid        = "Read${title(name)}"
        actions    = ["s3:GetObject"]
        resources  = ["arn:${local.partition}:s3:::${place.bucket}/${place.prefix}/*"]
        conditions = {}
      },
    ]
  }

  write_statements = {
    for name, place in local.places : name => [
      {
        sid        = "List${title(name)}"
        actions    = ["s3:ListBucket"]
        resources  = ["arn:${local.partition}:s3:::${place.bucket}"]
        conditions = { StringLike = { "s3:prefix" = [place.prefix, "${place.prefix}/*", "${place.prefix}_$folder$"] } }
      },
      {
        sid     = "Write${title(name)}"
        actions = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        # The second is the marker that EMRFS leaves beside a folder.
        resources  = ["arn:${local.partition}:s3:::${place.bucket}/${place.prefix}/*", "arn:${local.partition}:s3:::${place.bucket}/${place.prefix}_$folder$"]
        conditions = {}
      },
    ]
  }
}
