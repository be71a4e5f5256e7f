output "key" {
  description = "Key of the archive, once it is there."
  value       = aws_s3_object.archive.key
}
