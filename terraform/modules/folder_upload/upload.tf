locals {
  # What editors, file managers and Python leave behind is no part of the folder.
  files = [for file in fileset(var.folder, "**") : file if length(regexall("(^|/)(\\.|__pycache__/)", file)) == 0]

  content_types = {
    Dockerfile = "text/plain"
    csv        = "text/csv"
    json       = "application/json"
    jsonl      = "application/x-ndjson"
    md         = "text/markdown"
    ndjson     = "application/x-ndjson"
    py         = "text/x-python"
    sh         = "text/x-shellscript"
    tsv        = "text/tab-separated-values"
    txt        = "text/plain"
  }
}

resource "aws_s3_object" "file" {
  for_each = toset(local.files)

  bucket       = var.bucket
  key          = "${var.prefix}${each.key}"
  source       = "${var.folder}/${each.key}"
  source_hash  = filesha256("${var.folder}/${each.key}")
  content_type = lookup(local.content_types, reverse(split(".", each.key))[0], "application/octet-stream")
}
