output "arn" {
  description = "ARN of the key, for policies and for what it encrypts."
  value       = aws_kms_key.this.arn
}

output "key_id" {
  description = "Id of the key."
  value       = aws_kms_key.this.key_id
}
