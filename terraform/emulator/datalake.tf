# gap: lake-formation-settings - who administrates Lake Formation, and that new tables belong to nobody
resource "aws_lakeformation_data_lake_settings" "this" {
  count = 0
}

# gap: lake-formation-locations - the layers' buckets as locations that Lake Formation rules
resource "aws_lakeformation_resource" "layer" {
  for_each = {}
}

# gap: lake-formation-grants - what engineers and analysts may do with databases, tables and locations
resource "aws_lakeformation_permissions" "this" {
  for_each = {}
}
