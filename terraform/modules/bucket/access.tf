resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "DenyPlainHttp"
        Effect    = "Deny"
        Principal = "*"    # nobody at all may come without TLS
        Action    = "s3:*" # whatever the request
        Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      [for statement in var.statements : merge(
        {
          Sid       = statement.sid
          Effect    = statement.effect
          Principal = statement.principals
          Action    = statement.actions
          Resource  = [for suffix in statement.on : "${aws_s3_bucket.this.arn}${suffix}"]
        },
        length(statement.conditions) == 0 ? {} : { Condition = statement.conditions },
      )],
    )
  })

  # S3 refuses two changes of one bucket's access settings at the same time.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
