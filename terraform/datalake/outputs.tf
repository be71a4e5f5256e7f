output "layer_buckets" {
  description = "Buckets of the layers, once they are safe to write into."
  value       = { for layer, bucket in module.layer_bucket : layer => bucket.name }
}

output "platform_buckets" {
  description = "Buckets of the platform, once they are safe to write into."
  value       = { for role, bucket in module.platform_bucket : role => bucket.name }
}

output "databases" {
  description = "Glue databases of the layers, for crawlers and queries."
  value       = { for layer, database in aws_glue_catalog_database.layer : layer => database.name }
}
