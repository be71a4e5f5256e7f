resource "aws_s3_bucket" "this" {
  # checkov:skip=CKV_AWS_144:a copy in a second region doubles the bill and takes data out of the region it was put in; versions undo mistakes
  # checkov:skip=CKV2_AWS_62:nothing listens: jobs, crawlers and the worker go by the clock
  bucket        = var.name
  force_destroy = var.force_destroy
}

# Disables ACLs altogether: nobody but the owner has rights on any object.
resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}
