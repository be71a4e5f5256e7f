locals {
  dead_letters = "${var.name_prefix}-ingest-dead-letters"
}

# What a function could not do in all its tries, and what a schedule could not even start.
resource "aws_sqs_queue" "dead_letters" {
  name                      = local.dead_letters
  message_retention_seconds = 14 * 24 * 3600
  kms_master_key_id         = module.key.arn

  # Both in the queue itself: as resources of their own they would be there later than it.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "DenyPlainHttp"
      Effect    = "Deny"
      Principal = "*"     # nobody at all may come without TLS
      Action    = "sqs:*" # whatever the request
      Resource  = "${local.arn.sqs}:${local.dead_letters}"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
  # Lambda and Scheduler send to it; no other queue may use it as theirs.
  redrive_allow_policy = jsonencode({ redrivePermission = "denyAll" })
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = local.dead_letters
  alarm_description   = "Calls of ${var.name_prefix}-ingest have failed for good and wait in ${local.dead_letters}"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letters.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  # A queue that stays empty ceases to report.
  treat_missing_data = "notBreaching"
  alarm_actions      = [aws_sns_topic.alarms.arn]
}
