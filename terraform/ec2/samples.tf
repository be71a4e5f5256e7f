locals {
  samples_folder = "${path.module}/../../files/samples"

  content_types = {
    csv    = "text/csv"
    json   = "application/json"
    jsonl  = "application/x-ndjson"
    ndjson = "application/x-ndjson"
    tsv    = "text/tab-separated-values"
    txt    = "text/plain"
  }
}

# Under samples/, not input/: what the worker deletes cannot be Terraform's.
resource "aws_s3_object" "sample" {
  for_each = fileset(local.samples_folder, "**")

  bucket       = module.worker_bucket.name
  key          = "samples/${each.key}"
  source       = "${local.samples_folder}/${each.key}"
  source_hash  = filesha256("${local.samples_folder}/${each.key}")
  content_type = lookup(local.content_types, reverse(split(".", each.key))[0], "application/octet-stream")
}
