resource "aws_s3_object" "archive" {
  bucket       = var.bucket
  key          = var.key
  source       = var.archive
  source_hash  = filesha256(var.archive)
  content_type = "application/zip"
}
