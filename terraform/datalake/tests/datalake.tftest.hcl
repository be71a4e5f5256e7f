mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012", arn = "arn:aws:sts::123456789012:assumed-role/lake-admin/someone" }
  }

  mock_data "aws_iam_session_context" {
    defaults = { issuer_arn = "arn:aws:iam::123456789012:role/lake-admin" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-corp-test-lake-formation" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::a-bucket" }
  }
}

variables {
  region               = "eu-west-1"
  account_id           = "123456789012"
  business             = "acme-corp"
  environment          = "test"
  name_prefix          = "acme-corp-test"
  helper_bucket        = "acme-corp-test-helper"
  key_alias            = "alias/acme-corp-test-lake"
  query_scan_limit_gib = 2

  layer_buckets = {
    raw       = "acme-corp-test-raw"
    staged    = "acme-corp-test-staged"
    analytics = "acme-corp-test-analytics"
  }

  databases = {
    raw       = "acme_corp_test_raw"
    staged    = "acme_corp_test_staged"
    analytics = "acme_corp_test_analytics"
  }

  platform_buckets = {
    codebase      = "acme-corp-test-codebase"
    configuration = "acme-corp-test-configuration"
    orchestration = "acme-corp-test-orchestration"
    etl           = "acme-corp-test-etl"
    scripts       = "acme-corp-test-scripts"
  }
}

run "is_safe_by_default" {
  assert {
    condition     = output.layer_buckets == var.layer_buckets && output.platform_buckets == var.platform_buckets && output.helper_bucket == var.helper_bucket
    error_message = "the buckets are those of the variables"
  }

  assert {
    condition     = output.databases == var.databases
    error_message = "one database a layer, named as the variable says"
  }

  assert {
    condition     = length(module.lake_key) == 1 && output.kms_key_arn == module.lake_key[0].arn
    error_message = "a key of the lake's own encrypts it"
  }

  assert {
    condition     = !var.force_destroy && var.deletion_protection && !aws_athena_workgroup.this.force_destroy
    error_message = "data outlives a destroy unless told otherwise"
  }

  assert {
    condition = local.layer_statements == {
      raw       = [{ sid = "NobodyDeletesVersions", effect = "Deny", principals = { AWS = ["*"] }, actions = ["s3:DeleteObjectVersion"], on = ["/*"] }]
      staged    = []
      analytics = []
    }
    error_message = "nobody is let in without being named, and what raw holds stays, got ${jsonencode(local.layer_statements)}"
  }

  assert {
    condition     = length(aws_kms_grant.reader) == 0 && length(aws_lakeformation_data_lake_settings.this) == 0 && length(aws_iam_role.lake_formation) == 0
    error_message = "no readers, no grants; no Lake Formation, no role for it"
  }

  # Lifecycles.

  assert {
    condition     = one(local.layer_rules.raw).transitions == [{ days = 30, storage_class = "STANDARD_IA" }, { days = 90, storage_class = "GLACIER_IR" }] && !can(one(local.layer_rules.raw).expiration_days)
    error_message = "raw grows cheaper and never expires"
  }

  assert {
    condition = { for rule in local.layer_rules.staged : rule.id => try(rule.expiration_days, null) } == {
      age                      = null
      "rejected-github_events" = 90
      "rejected-movies"        = 90
      "rejected-series"        = 90
    }
    error_message = "of staged only what was set aside expires"
  }

  assert {
    condition     = alltrue([for rule in local.layer_rules.staged : endswith(rule.prefix, "/_rejected/") if can(rule.expiration_days)])
    error_message = "and nothing beside it, got ${jsonencode(local.layer_rules.staged)}"
  }

  # Queries.

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].enforce_workgroup_configuration && aws_athena_workgroup.this.configuration[0].bytes_scanned_cutoff_per_query == 2147483648
    error_message = "no client gets around the workgroup's settings, and a query stops at the limit"
  }

  assert {
    condition = (
      aws_athena_workgroup.this.configuration[0].result_configuration[0].output_location == "s3://acme-corp-test-helper/results/"
      && aws_athena_workgroup.this.configuration[0].result_configuration[0].expected_bucket_owner == "123456789012"
      && aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_KMS"
      && aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].kms_key_arn == output.kms_key_arn
    )
    error_message = "results lie in the helper bucket of this account, encrypted with the lake's key"
  }

  assert {
    condition     = jsonencode(output.tables) == jsonencode({ raw = [], staged = ["github_events", "movies", "series"], analytics = ["artists", "github_activity", "github_repos", "titles_by_genre"] })
    error_message = "every table of datasets.json is declared, got ${jsonencode(output.tables)}"
  }

  assert {
    condition = (
      aws_glue_catalog_table.this["staged.movies"].storage_descriptor[0].location == "s3://acme-corp-test-staged/movies/"
      && aws_glue_catalog_table.this["staged.movies"].parameters["storage.location.template"] == "s3://acme-corp-test-staged/movies/dt=$${dt}/"
      && aws_glue_catalog_table.this["staged.movies"].parameters["projection.enabled"] == "true"
      && can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2},NOW$", aws_glue_catalog_table.this["staged.movies"].parameters["projection.dt.range"]))
    )
    error_message = "a table finds its days by itself"
  }

  assert {
    condition = { for column in aws_glue_catalog_table.this["analytics.github_activity"].storage_descriptor[0].columns : column.name => column.type } == {
      event_type = "string"
      events     = "bigint"
      actors     = "bigint"
      repos      = "bigint"
    }
    error_message = "columns are those of datasets.json"
  }

  # Uploads.

  assert {
    condition     = [for name in ["codebase", "codebase_layer"] : module.archive[name].key] == ["codebase/codebase.zip", "codebase/codebase_layer.zip"]
    error_message = "both archives lie where readers look"
  }

  assert {
    condition     = contains(module.configuration.keys, "datasets.json") && contains(module.orchestration.keys, "backfill-day.asl.json")
    error_message = "configuration and orchestration files are uploaded"
  }

  assert {
    condition = alltrue([
      for key in ["docker/entrypoint.sh", "jdbc/jdbc-to-raw.py", "spark/raw-to-staged.py"] : contains(flatten(values(module.scripts)[*].keys), key)
    ])
    error_message = "all three groups of scripts are uploaded, got ${jsonencode(flatten(values(module.scripts)[*].keys))}"
  }
}

run "lets_named_readers_in" {
  variables {
    engineers = ["arn:aws:iam::123456789012:role/engineer", "arn:aws:iam::123456789012:user/eve"]
    analysts  = ["arn:aws:iam::123456789012:role/analyst"]
  }

  assert {
    condition     = { for layer, statements in local.layer_statements : layer => [for statement in statements : statement.sid if statement.effect == "Allow"] } == { raw = ["ReadersList", "ReadersGet"], staged = ["ReadersList", "ReadersGet"], analytics = ["ReadersList", "ReadersGet"] }
    error_message = "every layer has its readers"
  }

  assert {
    condition = (
      toset(flatten([for statement in local.layer_statements.analytics : statement.principals.AWS])) == toset(concat(var.engineers, var.analysts))
      && toset(flatten([for layer in ["raw", "staged"] : [for statement in local.layer_statements[layer] : statement.principals.AWS if statement.effect == "Allow"]])) == toset(var.engineers)
    )
    error_message = "analysts see analytics alone"
  }

  assert {
    condition     = toset(flatten([for statement in flatten(values(local.layer_statements)) : statement.actions if statement.effect == "Allow"])) == toset(["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket"])
    error_message = "readers write nothing"
  }

  assert {
    condition = (
      length(aws_kms_grant.reader) == 7
      && alltrue([for grant in aws_kms_grant.reader : grant.operations == toset(["Decrypt"])])
      && one(aws_kms_grant.reader["analytics arn:aws:iam::123456789012:role/analyst"].constraints).encryption_context_subset == tomap({ "aws:s3:arn" = "arn:aws:s3:::acme-corp-test-analytics" })
    )
    error_message = "each reader decrypts what lies in the buckets they read, and nothing else"
  }
}

run "hands_over_to_lake_formation" {
  variables {
    lake_formation       = true
    administrators       = ["arn:aws:iam::123456789012:role/lake-admin"]
    engineers            = ["arn:aws:iam::123456789012:role/engineer"]
    analysts             = ["arn:aws:iam::123456789012:role/analyst"]
    permissions_boundary = "acme-boundary-eu-west-1"
    catalog_readers      = ["arn:aws:iam::123456789012:role/ci/plan"]
  }

  assert {
    condition     = aws_lakeformation_data_lake_settings.this[0].admins == toset(var.administrators) && aws_lakeformation_data_lake_settings.this[0].read_only_admins == toset(var.catalog_readers)
    error_message = "the administrators are those of the variable, and who plans sees the catalog"
  }

  assert {
    condition     = keys(aws_lakeformation_resource.layer) == ["analytics", "raw", "staged"] && alltrue([for location in aws_lakeformation_resource.layer : location.role_arn == aws_iam_role.lake_formation[0].arn])
    error_message = "every layer is registered with the role of its own"
  }

  assert {
    condition = { for name, grant in aws_lakeformation_permissions.this : name => join(", ", sort(grant.permissions)) } == {
      "arn:aws:iam::123456789012:role/analyst analytics database"  = "DESCRIBE"
      "arn:aws:iam::123456789012:role/analyst analytics tables"    = "DESCRIBE, SELECT"
      "arn:aws:iam::123456789012:role/engineer analytics database" = "CREATE_TABLE, DESCRIBE"
      "arn:aws:iam::123456789012:role/engineer analytics location" = "DATA_LOCATION_ACCESS"
      "arn:aws:iam::123456789012:role/engineer analytics tables"   = "DESCRIBE, INSERT, SELECT"
      "arn:aws:iam::123456789012:role/engineer raw database"       = "CREATE_TABLE, DESCRIBE"
      "arn:aws:iam::123456789012:role/engineer raw location"       = "DATA_LOCATION_ACCESS"
      "arn:aws:iam::123456789012:role/engineer raw tables"         = "DESCRIBE, INSERT, SELECT"
      "arn:aws:iam::123456789012:role/engineer staged database"    = "CREATE_TABLE, DESCRIBE"
      "arn:aws:iam::123456789012:role/engineer staged location"    = "DATA_LOCATION_ACCESS"
      "arn:aws:iam::123456789012:role/engineer staged tables"      = "DESCRIBE, INSERT, SELECT"
    }
    error_message = "engineers use every layer, analysts read analytics"
  }

  assert {
    condition     = !contains(flatten([for statement in local.layer_statements.analytics : statement.principals.AWS]), "arn:aws:iam::123456789012:role/analyst")
    error_message = "analysts do not get around Lake Formation"
  }

  assert {
    condition     = aws_iam_role.lake_formation[0].permissions_boundary == "arn:aws:iam::123456789012:policy/acme-boundary-eu-west-1"
    error_message = "the role is bounded"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role.lake_formation[0].assume_role_policy).Statement :
      statement.Principal == { Service = "lakeformation.amazonaws.com" } && statement.Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    ])
    error_message = "only Lake Formation takes the role on, and only for this account"
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.lake_formation[0].policy, "\"*\"") && strcontains(aws_iam_role_policy.lake_formation[0].policy, output.kms_key_arn)
    error_message = "the role reaches the layers and their key, nothing else"
  }
}

run "warns_who_would_lock_themselves_out" {
  command = plan

  variables {
    lake_formation = true
    administrators = ["arn:aws:iam::123456789012:role/somebody-else"]
  }

  expect_failures = [check.caller_is_administrator]
}

run "encrypts_without_kms" {
  variables {
    encryption          = "sse-s3"
    deletion_protection = false
    engineers           = ["arn:aws:iam::123456789012:role/engineer"]
  }

  assert {
    condition     = length(module.lake_key) == 0 && output.kms_key_arn == null && length(aws_kms_grant.reader) == 0
    error_message = "no key is made and nothing speaks of one"
  }

  assert {
    condition     = aws_athena_workgroup.this.configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_S3"
    error_message = "results are encrypted all the same"
  }

  assert {
    condition     = length(local.raw_keeps_versions_statements) == 0
    error_message = "without protection versions may go"
  }
}

run "encrypts_with_a_given_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/99999999-2222-3333-4444-555555555555"
  }

  assert {
    condition     = length(module.lake_key) == 0 && output.kms_key_arn == var.kms_key_arn
    error_message = "the key is the one given"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    region               = "Frankfurt"
    account_id           = "1234"
    business             = "Acme_Corp"
    environment          = "Test"
    name_prefix          = "Acme-Test"
    helper_bucket        = "Acme_Helper"
    databases            = { raw = "acme-test-raw", staged = "acme_test_staged", analytics = "acme_test_analytics" }
    key_alias            = "alias/aws/s3"
    query_scan_limit_gib = 0.5
    encryption           = "none"
    permissions_boundary = "arn:aws:iam::123456789012:policy/acme"
    log_retention_days   = 0

    layer_buckets = {
      raw       = "Acme_Raw"
      staged    = "acme-corp-test-staged"
      analytics = "acme-corp-test-analytics"
    }

    platform_buckets = {
      codebase      = "acme-corp-test-codebase"
      configuration = "acme-corp-test-configuration"
      orchestration = "acme-corp-test-orchestration"
      etl           = "acme-corp-test-etl"
      scripts       = "a-name-of-more-than-sixty-three-characters-which-s3-does-not-allow-at-all"
    }
  }

  expect_failures = [
    var.region, var.account_id, var.business, var.environment, var.name_prefix, var.helper_bucket, var.key_alias,
    var.query_scan_limit_gib, var.encryption, var.permissions_boundary, var.log_retention_days, var.layer_buckets,
    var.platform_buckets, var.databases,
  ]
}

run "refuses_what_does_not_fit_together" {
  command = plan

  variables {
    encryption  = "sse-s3"
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/99999999-2222-3333-4444-555555555555"
    engineers   = ["arn:aws:iam::123456789012:role/both"]
    analysts    = ["arn:aws:iam::123456789012:role/both", "arn:aws:iam::123456789012:group/analysts"]
  }

  expect_failures = [var.kms_key_arn, var.analysts]
}

run "refuses_an_administrator_who_is_nobody" {
  command = plan

  variables {
    administrators = ["*"]
  }

  expect_failures = [var.administrators]
}

run "refuses_lake_formation_without_an_administrator" {
  command = plan

  variables {
    lake_formation = true
  }

  expect_failures = [var.administrators]
}

run "refuses_a_key_and_people_of_elsewhere" {
  command = plan

  variables {
    kms_key_arn     = "arn:aws:kms:us-east-1:123456789012:key/99999999-2222-3333-4444-555555555555"
    engineers       = ["arn:aws:iam::210987654321:role/engineer"]
    catalog_readers = ["arn:aws:iam::210987654321:role/plan"]
  }

  expect_failures = [var.kms_key_arn, var.engineers, var.catalog_readers]
}

run "refuses_an_administrator_who_reads_as_well" {
  command = plan

  variables {
    lake_formation = true
    administrators = ["arn:aws:iam::123456789012:role/both"]
    analysts       = ["arn:aws:iam::123456789012:role/both"]
  }

  expect_failures = [var.administrators]
}
