output "name" {
  description = "Name of the crawler, for triggers and runs."
  value       = aws_glue_crawler.this.name
}

output "role_arn" {
  description = "Role the crawler runs as, for grants."
  value       = aws_iam_role.crawler.arn
}
