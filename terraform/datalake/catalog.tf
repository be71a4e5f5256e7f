locals {
  # The same file that is uploaded for jobs to read: a table is described once.
  datasets = jsondecode(file("${local.files}/configuration/datasets.json"))

  tables = merge([
    for layer, tables in local.datasets : { for name, table in tables : "${layer}.${name}" => merge(table, { layer = layer, name = name }) }
  ]...)

  table_location = { for key, table in local.tables : key => "s3://${var.layer_buckets[table.layer]}/${table.name}/" }
}

resource "aws_glue_catalog_database" "layer" {
  for_each = var.layer_buckets

  name        = var.databases[each.key]
  description = "Tables over the ${each.key} layer"

  # A database made earlier would be open to whoever has the IAM rights, and its tables with it.
  depends_on = [aws_lakeformation_data_lake_settings.this]
}

# Days are computed from a query and never registered: what a job has written can be asked for at once.
resource "aws_glue_catalog_table" "this" {
  for_each = local.tables

  name          = each.value.name
  database_name = aws_glue_catalog_database.layer[each.value.layer].name
  description   = each.value.description
  table_type    = "EXTERNAL_TABLE"

  parameters = {
    EXTERNAL                    = "TRUE"
    classification              = "parquet"
    "projection.enabled"        = "true"
    "projection.dt.type"        = "date"
    "projection.dt.format"      = "yyyy-MM-dd"
    "projection.dt.range"       = "${each.value.firstDay},NOW"
    "storage.location.template" = "${local.table_location[each.key]}dt=$${dt}/"
  }

  partition_keys {
    name = "dt"
    type = "string"
  }

  storage_descriptor {
    location      = local.table_location[each.key]
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
      parameters            = { "serialization.format" = "1" }
    }

    dynamic "columns" {
      for_each = each.value.columns

      content {
        name    = columns.value.name
        type    = columns.value.type
        comment = columns.value.comment
      }
    }
  }
}
