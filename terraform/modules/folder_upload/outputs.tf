output "keys" {
  description = "Keys of the uploaded files, in order."
  value       = sort([for file in aws_s3_object.file : file.key])
}
