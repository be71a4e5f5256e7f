locals {
  # What jobs read and write. A table is described once, in the file that stack datalake declares it from.
  datasets = jsondecode(file("${path.module}/../../files/configuration/datasets.json"))

  places = {
    sources = {
      bucket   = var.layer_buckets.raw
      prefixes = ["Raw/Local/CSV/Movies", "Raw/Local/CSV/Series", "github/archive", "github/events"]
    }
    copies    = { bucket = var.layer_buckets.raw, prefixes = ["jdbc"] }
    staged    = { bucket = var.layer_buckets.staged, prefixes = keys(local.datasets.staged) }
    analytics = { bucket = var.layer_buckets.analytics, prefixes = keys(local.datasets.analytics) }
  }

  # On the whole bucket: under a condition on s3:prefix, S3 answers HEAD of a missing key with 403 instead of 404, and
  # Spark asks for every folder by a HEAD first.
  list_statements = {
    for name, place in local.places : name => {
      sid        = "List${title(name)}"
      actions    = ["s3:ListBucket"]
      resources  = ["arn:${local.partition}:s3:::${place.bucket}"]
      conditions = {}
    }
  }

  read_statements = {
    for name, place in local.places : name => [local.list_statements[name], {
      sid        = "Read${title(name)}"
      actions    = ["s3:GetObject"]
      resources  = [for prefix in place.prefixes : "arn:${local.partition}:s3:::${place.bucket}/${prefix}/*"]
      conditions = {}
    }]
  }

  # A day is copied into its place from the job's own folder below temporary/, and what belongs to it no more goes.
  write_statements = {
    for name, place in local.places : name => [local.list_statements[name], {
      sid     = "Write${title(name)}"
      actions = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]
      # Days come and go below a table's folder.
      resources  = [for prefix in place.prefixes : "arn:${local.partition}:s3:::${place.bucket}/${prefix}/*"]
      conditions = {}
    }]
  }

  code_archive = { bucket = var.codebase_bucket, key = "codebase/codebase.zip" }

  code_statements = [{
    sid        = "ReadCode"
    actions    = ["s3:GetObject"]
    resources  = ["arn:${local.partition}:s3:::${local.code_archive.bucket}/${local.code_archive.key}"]
    conditions = {}
  }]

  dataset_statements = [{
    sid        = "ReadDatasets"
    actions    = ["s3:GetObject"]
    resources  = ["arn:${local.partition}:s3:::${var.configuration_bucket}/datasets.json"]
    conditions = {}
  }]
}
