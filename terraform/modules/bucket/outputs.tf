# Nothing is written into the bucket before it is versioned, encrypted, logged and closed. Its lifecycle takes a
# minute to make and speaks of days: nobody waits for that.

output "name" {
  description = "Name of the bucket, once it is safe to write into."
  value       = aws_s3_bucket.this.bucket

  depends_on = [
    aws_s3_bucket_logging.this,
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_policy.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
    aws_s3_bucket_versioning.this,
  ]
}

output "arn" {
  description = "ARN of the bucket, for policies."
  value       = aws_s3_bucket.this.arn
}
