# What a crawler makes is its own; it needs leave to make it, and nothing on the tables of others.
resource "aws_lakeformation_permissions" "crawler_database" {
  for_each = var.lake_formation ? local.crawlers : {}

  principal   = module.crawler[each.key].role_arn
  permissions = ["ALTER", "CREATE_TABLE", "DESCRIBE"]

  database {
    name = var.databases[each.key]
  }
}

resource "aws_lakeformation_permissions" "crawler_location" {
  for_each = var.lake_formation ? local.crawlers : {}

  principal   = module.crawler[each.key].role_arn
  permissions = ["DATA_LOCATION_ACCESS"]

  data_location {
    arn = "arn:${local.partition}:s3:::${var.layer_buckets[each.key]}"
  }
}
