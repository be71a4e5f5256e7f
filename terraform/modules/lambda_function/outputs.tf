output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "ARN of the function, for whatever calls it."
  value       = aws_lambda_function.this.arn
}

output "role_arn" {
  description = "Role the function runs as."
  value       = aws_iam_role.function.arn
}

output "log_group" {
  description = "Log group the function writes to."
  value       = aws_cloudwatch_log_group.function.name
}
