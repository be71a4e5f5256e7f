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
  value       = module.state_key.arn
}

output "ci_roles" {
  description = "ARNs of the roles that CI assumes: plan and apply. Empty without GitHub and service user."
  value       = { for name, role in module.ci_role : name => role.arn }
}

output "service_user" {
  description = "Name of the IAM user for a CI service without OIDC. Null when there is none."
  value       = one(aws_iam_user.ci[*].name)
}
