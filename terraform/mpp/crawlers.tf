locals {
  # One table a prefix. Tables that Terraform declares have the same names without "crawled_", which no crawler may touch.
  crawlers = {
    raw       = ["Raw/Local/CSV/Movies/", "Raw/Local/CSV/Series/", "github/archive/", "github/events/", "jdbc/"]
    staged    = [for table in keys(local.datasets.staged) : "${table}/"]
    analytics = [for table in keys(local.datasets.analytics) : "${table}/"]
  }
}

module "crawler" {
  source   = "../modules/glue_crawler"
  for_each = local.crawlers

  name        = "${var.name_prefix}-${each.key}"
  description = "Finds the tables of the ${each.key} layer"
  bucket      = var.layer_buckets[each.key]
  prefixes    = each.value
  # States of functions, of days and of copies from a database, and rows that are no rows of the table.
  exclusions   = ["_*", "_rejected/**", "_sources/**", "*/_watermarks/**"]
  database     = var.databases[each.key]
  table_prefix = "crawled_"

  security_configuration   = aws_glue_security_configuration.this.name
  kms_key_arn              = module.key.arn
  data_kms_key_arn         = var.lake_kms_key_arn
  log_retention_days       = var.log_retention_days
  permissions_boundary_arn = local.permissions_boundary_arn
}
