resource "aws_s3_object" "script" {
  bucket       = var.script.bucket
  key          = var.script.key
  source       = var.script.source
  source_hash  = filesha256(var.script.source)
  content_type = "text/x-python"
}
