# Athena takes no hyphens in a database's name.
resource "aws_glue_catalog_database" "layer" {
  for_each = var.layer_buckets

  name        = replace("${var.business}_${var.environment}_${each.key}", "-", "_")
  description = "Tables over the ${each.key} layer"
}
