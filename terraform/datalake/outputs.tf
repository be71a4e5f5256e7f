output "layer_buckets" {
  description = "Buckets of the layers, once they are safe to write into."
  value       = { for layer, bucket in module.layer_bucket : layer => bucket.name }
}

output "platform_buckets" {
  description = "Buckets of the platform, once they are safe to write into."
  value       = { for role, bucket in module.platform_bucket : role => bucket.name }
}

output "helper_bucket" {
  description = "Bucket for query results, temporary files and access logs, once it is safe to write into."
  value       = module.helper_bucket.name
}

output "databases" {
  description = "Glue databases of the layers, for crawlers and queries."
  value       = { for layer, database in aws_glue_catalog_database.layer : layer => database.name }
}

output "tables" {
  description = "Names of the declared tables, by layer."
  value       = { for layer in keys(var.layer_buckets) : layer => sort([for table in aws_glue_catalog_table.this : table.name if table.database_name == aws_glue_catalog_database.layer[layer].name]) }
}

output "workgroup" {
  description = "Athena workgroup for queries over the lake."
  value       = aws_athena_workgroup.this.name
}

output "kms_key_arn" {
  description = "Key that the lake's buckets are encrypted with, for the policies of whoever reads or writes them. Null with SSE-S3."
  value       = local.kms_key_arn
}
