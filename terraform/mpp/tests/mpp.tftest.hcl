mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-test" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/0000aaaa" }
  }

  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme-test-jdbc-AbCdEf" }
  }
}

variables {
  region                 = "eu-west-1"
  account_id             = "123456789012"
  business               = "acme"
  environment            = "test"
  name_prefix            = "acme-test"
  helper_bucket          = "acme-test-helper"
  scripts_bucket         = "acme-test-scripts"
  codebase_bucket        = "acme-test-codebase"
  configuration_bucket   = "acme-test-configuration"
  worker_bucket          = "acme-test-worker"
  schedule_expression    = "cron(30 3 * * ? *)"
  private_subnet_id      = "subnet-0123456789abcdef0"
  private_subnet_zone    = "eu-west-1a"
  glue_security_group_id = "sg-0123456789abcdef0"

  layer_buckets = {
    raw       = "acme-test-raw"
    staged    = "acme-test-staged"
    analytics = "acme-test-analytics"
  }

  databases = {
    raw       = "acme_test_raw"
    staged    = "acme_test_staged"
    analytics = "acme_test_analytics"
  }
}

run "takes_a_day_through_the_layers_in_private" {
  assert {
    condition     = aws_glue_connection.private.connection_type == "NETWORK" && aws_glue_connection.private.physical_connection_requirements[0].subnet_id == "subnet-0123456789abcdef0"
    error_message = "the connection leads into the private subnet"
  }

  assert {
    condition = output.workflow == "acme-test-lake" && output.jobs == {
      raw-to-staged       = "acme-test-raw-to-staged"
      staged-to-analytics = "acme-test-staged-to-analytics"
      files-batch         = "acme-test-files-batch"
      } && output.crawlers == {
      raw       = "acme-test-raw"
      staged    = "acme-test-staged"
      analytics = "acme-test-analytics"
    }
    error_message = "the names are those that runs and triggers use; without a database nothing copies one"
  }

  assert {
    condition     = length(aws_glue_connection.jdbc) == 0 && length(aws_secretsmanager_secret.jdbc) == 0 && length(aws_vpc_security_group_egress_rule.jdbc) == 0
    error_message = "without a database there is no secret, and no way out to it"
  }

  assert {
    condition = alltrue([
      aws_glue_trigger.start.type == "SCHEDULED",
      aws_glue_trigger.start.schedule == "cron(30 3 * * ? *)",
      aws_glue_trigger.start.start_on_creation,
      toset(compact(aws_glue_trigger.start.actions[*].job_name)) == toset(["acme-test-raw-to-staged"]),
      toset(compact(aws_glue_trigger.start.actions[*].crawler_name)) == toset(["acme-test-raw"]),
    ])
    error_message = "the clock starts raw-to-staged and the crawler of raw"
  }

  assert {
    condition = alltrue([
      aws_glue_trigger.staged.start_on_creation,
      one(aws_glue_trigger.staged.predicate[0].conditions).job_name == "acme-test-raw-to-staged",
      one(aws_glue_trigger.staged.predicate[0].conditions).state == "SUCCEEDED",
      aws_glue_trigger.staged.actions[*].job_name == tolist(["acme-test-staged-to-analytics"]),
      aws_glue_trigger.analytics.start_on_creation,
      one(aws_glue_trigger.analytics.predicate[0].conditions).job_name == "acme-test-staged-to-analytics",
      one(aws_glue_trigger.analytics.predicate[0].conditions).state == "SUCCEEDED",
      toset(aws_glue_trigger.analytics.actions[*].crawler_name) == toset(["acme-test-staged", "acme-test-analytics"]),
    ])
    error_message = "each step waits for the success of the one before"
  }

  assert {
    condition = alltrue([
      aws_glue_security_configuration.this.encryption_configuration[0].cloudwatch_encryption[0].cloudwatch_encryption_mode == "SSE-KMS",
      aws_glue_security_configuration.this.encryption_configuration[0].cloudwatch_encryption[0].kms_key_arn == "arn:aws:kms:eu-west-1:123456789012:key/0000aaaa",
      aws_glue_security_configuration.this.encryption_configuration[0].job_bookmarks_encryption[0].job_bookmarks_encryption_mode == "CSE-KMS",
      aws_glue_security_configuration.this.encryption_configuration[0].s3_encryption[0].s3_encryption_mode == "SSE-S3",
    ])
    error_message = "logs and bookmarks are encrypted with the stack's key, and S3 with its own while the lake has none"
  }

  assert {
    condition = alltrue(flatten([
      for name, place in local.places : [
        for statement in concat(local.read_statements[name], local.write_statements[name]) : [
          for resource in statement.resources : statement.actions == ["s3:ListBucket"] || anytrue([for prefix in place.prefixes : resource == "arn:aws:s3:::${place.bucket}/${prefix}/*"])
        ]
      ]
    ]))
    error_message = "a job reaches for objects only below its own prefixes"
  }

  assert {
    condition     = local.places.staged.prefixes == ["github_events", "movies", "series"] && local.places.analytics.prefixes == keys(local.datasets.analytics)
    error_message = "every table that is declared may be written, and no other"
  }

  assert {
    condition     = { for name, targets in local.crawlers : name => targets if name != "raw" } == { for layer in ["staged", "analytics"] : layer => [for table in keys(local.datasets[layer]) : "${table}/"] }
    error_message = "a crawler looks at every table that is declared"
  }

  assert {
    condition = alltrue([
      local.code_arguments == { "--extra-py-files" = "s3://acme-test-codebase/codebase/codebase.zip" },
      local.code_statements[*].resources == [["arn:aws:s3:::acme-test-codebase/codebase/codebase.zip"]],
      local.dataset_statements[*].resources == [["arn:aws:s3:::acme-test-configuration/datasets.json"]],
    ])
    error_message = "jobs may read the code they share and the description of the tables"
  }

  assert {
    condition = alltrue(flatten([
      for statement in local.worker_statements : [
        for resource in statement.resources : statement.actions == ["s3:ListBucket"] || can(regex("^arn:aws:s3:::acme-test-worker/(input|output|errors)/\\*$", resource))
      ]
    ])) && length(local.worker_statements) == 3
    error_message = "files-batch keeps to the worker's three folders, and needs no key where there is none"
  }

  assert {
    condition     = toset(flatten([for statements in values(local.read_statements) : statements[*].actions])) == toset(["s3:GetObject", "s3:ListBucket"])
    error_message = "what a job reads it cannot write"
  }

  assert {
    condition     = length(aws_lakeformation_permissions.crawler_database) == 0 && length(aws_lakeformation_permissions.crawler_location) == 0
    error_message = "no grants where Lake Formation does not decide"
  }
}

run "copies_a_database_without_showing_its_password" {
  variables {
    jdbc                 = { url = "jdbc:postgresql://db.acme.example:5432/lake", user = "reader", cidr = "10.1.2.0/24" }
    lake_kms_key_arn     = "arn:aws:kms:eu-west-1:123456789012:key/5678efab"
    permissions_boundary = "acme-boundary-eu-west-1"
    lake_formation       = true
  }

  assert {
    condition     = output.jobs["jdbc-to-raw"] == "acme-test-jdbc-to-raw"
    error_message = "the job that copies the database is there"
  }

  assert {
    condition = aws_glue_connection.jdbc[0].connection_properties == tomap({
      JDBC_CONNECTION_URL = "jdbc:postgresql://db.acme.example:5432/lake"
      JDBC_ENFORCE_SSL    = "true"
      SECRET_ID           = "acme-test-jdbc"
    }) && aws_glue_connection.jdbc[0].physical_connection_requirements[0].subnet_id == "subnet-0123456789abcdef0"
    error_message = "the connection is private, over TLS, and knows the secret's name alone"
  }

  assert {
    condition     = aws_secretsmanager_secret.jdbc[0].recovery_window_in_days == 30 && aws_secretsmanager_secret.jdbc[0].kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/0000aaaa" && aws_secretsmanager_secret_version.jdbc[0].secret_string_wo_version == 1 && aws_secretsmanager_secret_version.jdbc[0].secret_string_wo == null
    error_message = "the secret is encrypted with the stack's key, can be called back, and its text is written but never kept"
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.jdbc[0].cidr_ipv4 == "10.1.2.0/24" && aws_vpc_security_group_egress_rule.jdbc[0].from_port == 5432 && aws_vpc_security_group_egress_rule.jdbc[0].to_port == 5432 && aws_vpc_security_group_egress_rule.jdbc[0].ip_protocol == "tcp"
    error_message = "the way out leads to the database's port alone"
  }

  assert {
    condition     = aws_glue_security_configuration.this.encryption_configuration[0].s3_encryption[0].s3_encryption_mode == "SSE-KMS" && aws_glue_security_configuration.this.encryption_configuration[0].s3_encryption[0].kms_key_arn == "arn:aws:kms:eu-west-1:123456789012:key/5678efab"
    error_message = "what jobs write has the lake's key"
  }

  assert {
    condition     = aws_lakeformation_permissions.crawler_database["staged"].database[0].name == "acme_test_staged" && toset(aws_lakeformation_permissions.crawler_database["staged"].permissions) == toset(["ALTER", "CREATE_TABLE", "DESCRIBE"]) && aws_lakeformation_permissions.crawler_location["staged"].data_location[0].arn == "arn:aws:s3:::acme-test-staged"
    error_message = "under Lake Formation a crawler may make tables over its layer"
  }
}

run "uses_the_key_of_the_workers_bucket" {
  command = plan

  variables {
    worker_key = "alias/acme-test-worker"
  }

  assert {
    condition = local.worker_statements[3] == {
      sid       = "UseWorkerKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = ["arn:aws:kms:eu-west-1:123456789012:key/*"]
      conditions = {
        StringEquals               = { "kms:ViaService" = ["s3.eu-west-1.amazonaws.com"] }
        "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = ["alias/acme-test-worker"] }
      }
    }
    error_message = "a key that stack ec2 makes is known by its alias"
  }
}

run "uses_a_given_key_for_the_workers_bucket" {
  command = plan

  variables {
    worker_key    = "arn:aws:kms:eu-west-1:123456789012:key/5678efab"
    csv_delimiter = ";"
    pass_through  = [".parquet", "*"]
  }

  assert {
    condition     = local.files_arguments == { "--bucket" = var.worker_bucket, "--csv_delimiter" = ";", "--pass_through" = ".parquet,*" }
    error_message = "files-batch has the worker's options"
  }

  assert {
    condition     = local.worker_statements[3].resources == ["arn:aws:kms:eu-west-1:123456789012:key/5678efab"] && keys(local.worker_statements[3].conditions) == ["StringEquals"]
    error_message = "a key that is given is known by its ARN"
  }
}

run "can_be_taken_away" {
  command = plan

  variables {
    jdbc                = { url = "jdbc:postgresql://db.acme.example:5432/lake", user = "reader", cidr = "10.1.2.0/24" }
    deletion_protection = false
  }

  assert {
    condition     = aws_secretsmanager_secret.jdbc[0].recovery_window_in_days == 0
    error_message = "an unprotected secret leaves its name at once"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    region                 = "Frankfurt"
    account_id             = "1234"
    business               = "Acme_Corp"
    environment            = "Test"
    name_prefix            = "Acme-Test"
    helper_bucket          = "Acme_Helper"
    scripts_bucket         = "Acme_Scripts"
    codebase_bucket        = "Acme_Codebase"
    configuration_bucket   = "Acme_Configuration"
    worker_bucket          = "Acme_Worker"
    private_subnet_id      = "eu-west-1a"
    glue_security_group_id = "glue"
    schedule_expression    = "rate(1 hour)"
    permissions_boundary   = "arn:aws:iam::123456789012:policy/acme"
    log_retention_days     = 2
    jdbc                   = { url = "jdbc:postgresql://reader:secret@db.acme.example/lake", user = "reader", cidr = "10.1.2.0/24" }

    layer_buckets = {
      raw       = "Acme_Raw"
      staged    = "acme-test-staged"
      analytics = "acme-test-analytics"
    }

    databases = {
      raw       = "acme-test-raw"
      staged    = "acme_test_staged"
      analytics = "acme_test_analytics"
    }
  }

  expect_failures = [
    var.region, var.account_id, var.business, var.environment, var.name_prefix, var.helper_bucket, var.scripts_bucket,
    var.private_subnet_id, var.glue_security_group_id, var.schedule_expression, var.permissions_boundary,
    var.log_retention_days, var.jdbc, var.layer_buckets, var.databases, var.codebase_bucket, var.configuration_bucket,
    var.worker_bucket,
  ]
}

run "refuses_what_belongs_to_another_region_and_a_bad_user" {
  command = plan

  variables {
    private_subnet_zone = "us-east-1a"
    lake_kms_key_arn    = "arn:aws:kms:us-east-1:123456789012:key/5678efab"
    worker_key          = "arn:aws:kms:us-east-1:123456789012:key/5678efab"
    csv_delimiter       = "||"
    pass_through        = [".parquet", "orc"]
    jdbc                = { url = "jdbc:postgresql://db.acme.example:5432/lake", user = "reader'; drop", cidr = "10.1.2.0/24" }
  }

  expect_failures = [var.private_subnet_zone, var.lake_kms_key_arn, var.worker_key, var.csv_delimiter, var.pass_through, var.jdbc]
}

run "refuses_a_key_of_another_account_and_a_database_anywhere" {
  command = plan

  variables {
    lake_kms_key_arn = "arn:aws:kms:eu-west-1:210987654321:key/5678efab"
    worker_key       = "acme-worker"
    csv_delimiter    = "\""
    pass_through     = [".a,b"]
    jdbc             = { url = "jdbc:postgresql://db.acme.example:5432/lake", user = "reader", cidr = "0.0.0.0/0" }
  }

  expect_failures = [var.lake_kms_key_arn, var.worker_key, var.csv_delimiter, var.pass_through, var.jdbc]
}
