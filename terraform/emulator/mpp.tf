# gap: glue-default-tags - the default tags of this stack
provider "aws" {
  default_tags {
    tags = {}
  }
}

# gap: glue-workflow-schedule - that the workflow's clock has no condition besides
resource "aws_glue_trigger" "start" {
  lifecycle {
    ignore_changes = [predicate]
  }
}

# gap: lake-formation-crawler-databases - that crawlers may make tables where Lake Formation rules
resource "aws_lakeformation_permissions" "crawler_database" {
  for_each = {}
}

# gap: lake-formation-crawler-locations - that crawlers may read the layers where Lake Formation rules
resource "aws_lakeformation_permissions" "crawler_location" {
  for_each = {}
}
