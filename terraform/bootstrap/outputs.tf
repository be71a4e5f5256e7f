output "state_bucket" {
  description = "Bucket for the backend of every other stack."
  value       = module.state_bucket.name
}

output "lock_table" {
  description = "DynamoDB table for the backend of every other stack."
  value       = aws_dynamodb_table.lock.name
}

output "kms_key_arn" {
  description = "Key that encrypts state and locks; whoever runs Terraform needs kms:GenerateDataKey and kms:Decrypt on it."
  value       = aws_kms_key.state.arn
}
