output "name" {
  description = "Name of the job, for triggers and runs."
  value       = aws_glue_job.this.name
}

output "role_arn" {
  description = "Role the job runs as, created or passed in."
  value       = local.role_arn
}
