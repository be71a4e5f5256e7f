output "jobs" {
  description = "Names of the Glue jobs, by what they do."
  value = merge(
    {
      "raw-to-staged"       = module.raw_to_staged.name
      "staged-to-analytics" = module.staged_to_analytics.name
      "files-batch"         = module.files_batch.name
    },
    { for job in module.jdbc_to_raw : "jdbc-to-raw" => job.name },
  )
}

output "crawlers" {
  description = "Names of the crawlers, by layer."
  value       = { for layer, crawler in module.crawler : layer => crawler.name }
}

output "workflow" {
  description = "Name of the workflow that takes a day through the layers."
  value       = aws_glue_workflow.lake.name
}
