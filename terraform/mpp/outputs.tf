output "jobs" {
  description = "Names of the Glue jobs, by what they do."
  value       = { "raw-to-staged" = module.raw_to_staged.name }
}

output "crawlers" {
  description = "Names of the crawlers, by layer."
  value       = { for layer, crawler in aws_glue_crawler.layer : layer => crawler.name }
}
