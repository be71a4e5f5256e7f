locals {
  engineer_grants = merge([
    for pair in setproduct(var.engineers, keys(var.layer_buckets)) : {
      for on, permissions in {
        database = ["CREATE_TABLE", "DESCRIBE"]
        tables   = ["DESCRIBE", "INSERT", "SELECT"]
        location = ["DATA_LOCATION_ACCESS"]
      } : "${pair[0]} ${pair[1]} ${on}" => { principal = pair[0], layer = pair[1], on = on, permissions = permissions }
    }
  ]...)

  analyst_grants = merge([
    for principal in var.analysts : {
      for on, permissions in {
        database = ["DESCRIBE"]
        tables   = ["DESCRIBE", "SELECT"]
      } : "${principal} analytics ${on}" => { principal = principal, layer = "analytics", on = on, permissions = permissions }
    }
  ]...)
}

# One for an account and region. Without default permissions a new database or table belongs to whoever was granted it,
# not to everyone with the IAM rights.
resource "aws_lakeformation_data_lake_settings" "this" {
  count = var.lake_formation ? 1 : 0

  admins           = var.administrators
  read_only_admins = var.catalog_readers # whoever only plans sees databases, tables and grants no other way
}

resource "aws_lakeformation_resource" "layer" {
  for_each = var.lake_formation ? var.layer_buckets : {}

  arn      = module.layer_bucket[each.key].arn
  role_arn = aws_iam_role.lake_formation[0].arn

  depends_on = [aws_iam_role_policy.lake_formation, aws_lakeformation_data_lake_settings.this]
}

# Made after settings, locations and tables, and so gone before them: without an administrator nobody could revoke.
resource "aws_lakeformation_permissions" "this" {
  for_each = var.lake_formation ? merge(local.engineer_grants, local.analyst_grants) : {}

  principal   = each.value.principal
  permissions = each.value.permissions

  dynamic "database" {
    for_each = each.value.on == "database" ? [aws_glue_catalog_database.layer[each.value.layer].name] : []

    content {
      name = database.value
    }
  }

  dynamic "table" {
    for_each = each.value.on == "tables" ? [aws_glue_catalog_database.layer[each.value.layer].name] : []

    content {
      database_name = table.value
      wildcard      = true
    }
  }

  dynamic "data_location" {
    for_each = each.value.on == "location" ? [module.layer_bucket[each.value.layer].arn] : []

    content {
      arn = data_location.value
    }
  }

  depends_on = [
    aws_glue_catalog_table.this,
    aws_lakeformation_data_lake_settings.this,
    aws_lakeformation_resource.layer,
  ]
}

data "aws_caller_identity" "current" {
  count = var.lake_formation ? 1 : 0
}

# Of a role's session the role.
data "aws_iam_session_context" "current" {
  count = var.lake_formation ? 1 : 0

  arn = data.aws_caller_identity.current[0].arn
}

check "caller_is_administrator" {
  assert {
    condition     = alltrue([for settings in aws_lakeformation_data_lake_settings.this : contains(settings.admins, data.aws_iam_session_context.current[0].issuer_arn)])
    error_message = "administrators should hold ${try(data.aws_iam_session_context.current[0].issuer_arn, "the caller")}, who runs this: once Lake Formation rules, nobody else can change databases, tables and grants, got ${jsonencode(var.administrators)}."
  }
}
