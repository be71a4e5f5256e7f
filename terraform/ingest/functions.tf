module "batch" {
  source = "../modules/lambda_function"

  name                      = "${var.name_prefix}-ingest-batch"
  description               = "Copies one hour of the GitHub archive into the raw layer"
  package                   = "${path.module}/../../dist/ingest-batch.zip"
  memory_mib                = 512
  timeout_seconds           = 300
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
  }

  statements = concat(
    [{
      sid        = "WriteArchive"
      actions    = ["s3:PutObject"]
      resources  = ["${local.raw_arn}/${local.archive_prefix}*"]
      conditions = {}
    }],
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

  environment = {
    RAW_BUCKET = var.raw_bucket
    EVENTS_URL = var.events_url
  }

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
  )
}
