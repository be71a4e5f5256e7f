locals {
  # What all jobs have in common. No bookmarks: a run does whole days, and a day may be done again.
  network = {
    connections       = [aws_glue_connection.private.name]
    subnet_id         = var.private_subnet_id
    security_group_id = var.glue_security_group_id
  }

  # With the worker's own options: what either of them writes is the same.
  files_arguments = merge(
    { "--bucket" = var.worker_bucket },
    var.csv_delimiter == null ? {} : { "--csv_delimiter" = var.csv_delimiter },
    var.pass_through == null ? {} : { "--pass_through" = join(",", var.pass_through) },
  )

  code_arguments = { "--extra-py-files" = "s3://${local.code_archive.bucket}/${local.code_archive.key}" }
}

module "raw_to_staged" {
  source = "../modules/glue_job"

  name        = "${var.name_prefix}-raw-to-staged"
  description = "Types and deduplicates days of movies, series and GitHub events from raw into staged"
  script      = { bucket = var.scripts_bucket, key = "spark/raw-to-staged.py" }

  statements = concat(
    local.code_statements, local.dataset_statements, local.read_statements.sources, local.write_statements.staged,
  )

  arguments = merge(local.code_arguments, {
    "--raw_bucket"           = var.layer_buckets.raw
    "--staged_bucket"        = var.layer_buckets.staged
    "--configuration_bucket" = var.configuration_bucket
  })

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
  description = "Answers what is asked of each day: activity and repositories of GitHub, titles by genre, artists"
  script      = { bucket = var.scripts_bucket, key = "spark/staged-to-analytics.py" }

  statements = concat(
    local.code_statements, local.dataset_statements, local.read_statements.staged, local.write_statements.analytics,
  )

  arguments = merge(local.code_arguments, {
    "--staged_bucket"        = var.layer_buckets.staged
    "--analytics_bucket"     = var.layer_buckets.analytics
    "--configuration_bucket" = var.configuration_bucket
  })

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

  statements = concat(local.code_statements, local.write_statements.copies, [
    {
      sid        = "ReadWatermarks"
      actions    = ["s3:GetObject"]
      resources  = ["arn:${local.partition}:s3:::${var.layer_buckets.raw}/jdbc/*/_watermarks/*"]
      conditions = {}
    },
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

  arguments = merge(local.code_arguments, {
    "--url"        = "${var.jdbc.url}?sslmode=require" # the driver's own choice is TLS only where it is offered
    "--secret"     = aws_secretsmanager_secret.jdbc[0].name
    "--raw_bucket" = var.layer_buckets.raw
  })

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

# Nothing starts it but a person: the worker does the same work each minute, and both at once do no harm.
module "files_batch" {
  source = "../modules/glue_job"

  name        = "${var.name_prefix}-files-batch"
  description = "Does the worker's work on many files at once, for when one host is not enough"
  script      = { bucket = var.scripts_bucket, key = "spark/files-batch.py" }
  statements  = concat(local.code_statements, local.worker_statements)
  arguments   = merge(local.code_arguments, local.files_arguments)

  network                  = local.network
  security_configuration   = aws_glue_security_configuration.this.name
  kms_key_arn              = module.key.arn
  data_kms_key_arn         = var.lake_kms_key_arn
  temporary                = { bucket = var.helper_bucket, prefix = "temporary/files-batch/" }
  max_retries              = 1
  log_retention_days       = var.log_retention_days
  permissions_boundary_arn = local.permissions_boundary_arn
}
