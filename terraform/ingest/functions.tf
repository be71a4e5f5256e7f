module "batch" {
  source = "../modules/lambda_function"

  name                      = "${var.name_prefix}-ingest-batch"
  description               = "Copies hours of the GitHub archive into the raw layer"
  package                   = "${path.module}/../../dist/ingest-batch.zip"
  memory_mib                = 1024 # for the processor time that comes with it
  timeout_seconds           = 900
  reserved_concurrency      = var.reserved_concurrency
  maximum_event_age_seconds = local.schedules.batch.maximum_age_seconds
  log_retention_days        = var.log_retention_days
  kms_key_arn               = module.key.arn
  dead_letter_queue_arn     = aws_sqs_queue.dead_letters.arn
  alarm_topic_arn           = aws_sns_topic.alarms.arn
  permissions_boundary_arn  = local.permissions_boundary_arn

  environment = {
    RAW_BUCKET  = var.raw_bucket
    ARCHIVE_URL = var.archive_url
    LAG_HOURS   = tostring(var.lag_hours)

    WINDOW_HOURS        = tostring(var.window_hours)
    MISSING_AFTER_HOURS = tostring(var.missing_after_hours)
  }

  statements = concat(
    [
      {
        sid        = "WriteArchive"
        actions    = ["s3:AbortMultipartUpload", "s3:PutObject"]
        resources  = ["${local.raw_arn}/${local.archive_prefix}*"]
        conditions = {}
      },
      # Which hours of a day are there.
      {
        sid        = "ListArchive"
        actions    = ["s3:ListBucket"]
        resources  = [local.raw_arn]
        conditions = { StringLike = { "s3:prefix" = ["${local.archive_prefix}dt=*"] } }
      },
    ],
    local.raw_key_statements.batch,
  )
}

module "realtime" {
  source = "../modules/lambda_function"

  name                      = "${var.name_prefix}-ingest-realtime"
  description               = "Brings new GitHub events into the raw layer"
  package                   = "${path.module}/../../dist/ingest-realtime.zip"
  memory_mib                = 256
  timeout_seconds           = 60
  reserved_concurrency      = var.reserved_concurrency
  maximum_event_age_seconds = local.schedules.realtime.maximum_age_seconds
  log_retention_days        = var.log_retention_days
  kms_key_arn               = module.key.arn
  dead_letter_queue_arn     = aws_sqs_queue.dead_letters.arn
  alarm_topic_arn           = aws_sns_topic.alarms.arn
  permissions_boundary_arn  = local.permissions_boundary_arn

  environment = merge(
    { RAW_BUCKET = var.raw_bucket, EVENTS_URL = var.events_url },
    var.token_secret == null ? {} : { TOKEN_SECRET_ARN = var.token_secret.arn },
  )

  statements = concat(
    [
      {
        sid        = "WriteEvents"
        actions    = ["s3:PutObject"]
        resources  = ["${local.raw_arn}/${local.events_prefix}*"]
        conditions = {}
      },
      {
        sid        = "ReadState"
        actions    = ["s3:GetObject"]
        resources  = ["${local.raw_arn}/${local.events_state}"]
        conditions = {}
      },
      # The first call finds no state, which a GET could not tell from a missing right.
      {
        sid        = "FindState"
        actions    = ["s3:ListBucket"]
        resources  = [local.raw_arn]
        conditions = { StringEquals = { "s3:prefix" = [local.events_state] } }
      },
    ],
    local.raw_key_statements.realtime,
    local.token_statements,
  )
}
