locals {
  # What all jobs have in common. No bookmarks: a run does one day, and a day may be done again.
  network = {
    connections       = [aws_glue_connection.private.name]
    subnet_id         = var.private_subnet_id
    security_group_id = var.glue_security_group_id
  }
}

module "raw_to_staged" {
  source = "../modules/glue_job"

  name        = "${var.name_prefix}-raw-to-staged"
  description = "Types and deduplicates one day of GitHub events from raw into staged"
  script      = { bucket = var.scripts_bucket, key = "spark/raw-to-staged.py" }
  statements  = concat(local.read_statements.archive, local.write_statements.events)

  arguments = {
    "--raw_bucket"    = var.layer_buckets.raw
    "--staged_bucket" = var.layer_buckets.staged
  }

  network                  = local.network
  security_configuration   = aws_glue_security_configuration.this.name
  kms_key_arn              = module.key.arn
  data_kms_key_arn         = var.lake_kms_key_arn
  temporary                = { bucket = var.helper_bucket, prefix = "temporary/raw-to-staged/" }
  max_retries              = 1
  log_retention_days       = var.log_retention_days
  permissions_boundary_arn = local.permissions_boundary_arn
}

module "staged_to_analytics" {
  source = "../modules/glue_job"

  name        = "${var.name_prefix}-staged-to-analytics"
  description = "Counts one day of GitHub events by type from staged into analytics"
  script      = { bucket = var.scripts_bucket, key = "spark/staged-to-analytics.py" }
  statements  = concat(local.read_statements.events, local.write_statements.activity)

  arguments = {
    "--staged_bucket"    = var.layer_buckets.staged
    "--analytics_bucket" = var.layer_buckets.analytics
  }

  network                  = local.network
  security_configuration   = aws_glue_security_configuration.this.name
  kms_key_arn              = module.key.arn
  data_kms_key_arn         = var.lake_kms_key_arn
  temporary                = { bucket = var.helper_bucket, prefix = "temporary/staged-to-analytics/" }
  max_retries              = 1
  log_retention_days       = var.log_retention_days
  permissions_boundary_arn = local.permissions_boundary_arn
}

module "jdbc_to_raw" {
  source = "../modules/glue_job"
  count  = local.jdbc_count

  name        = "${var.name_prefix}-jdbc-to-raw"
  description = "Copies the tables of a database into raw"
  script      = { bucket = var.scripts_bucket, key = "jdbc/jdbc-to-raw.py" }

  statements = concat(local.write_statements.tables, [
    {
      sid        = "ReadPassword"
      actions    = ["secretsmanager:GetSecretValue"]
      resources  = [aws_secretsmanager_secret.jdbc[0].arn]
      conditions = {}
    },
    {
      sid        = "DecryptPassword"
      actions    = ["kms:Decrypt"]
      resources  = [module.key.arn]
      conditions = { StringEquals = { "kms:ViaService" = ["secretsmanager.${var.region}.amazonaws.com"] } }
    },
  ])

  arguments = {
    "--url"        = "${var.jdbc.url}?sslmode=require" # the driver's own choice is TLS only where it is offered
    "--secret"     = aws_secretsmanager_secret.jdbc[0].name
    "--raw_bucket" = var.layer_buckets.raw
  }

  # A database that is away must not hold up the lake's workflow: a trigger of its own.
  schedule                 = var.schedule_expression
  network                  = merge(local.network, { connections = aws_glue_connection.jdbc[*].name })
  security_configuration   = aws_glue_security_configuration.this.name
  kms_key_arn              = module.key.arn
  data_kms_key_arn         = var.lake_kms_key_arn
  temporary                = { bucket = var.helper_bucket, prefix = "temporary/jdbc-to-raw/" }
  max_retries              = 1
  log_retention_days       = var.log_retention_days
  permissions_boundary_arn = local.permissions_boundary_arn
}
