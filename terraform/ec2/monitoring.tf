resource "aws_cloudwatch_log_group" "worker" {
  # checkov:skip=CKV_AWS_338:how long logs are kept is the environment's choice

  name              = local.log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = module.key.arn
}

# Runs that failed are left out: one that could not even list input/ says that nothing waits there.
resource "aws_cloudwatch_log_metric_filter" "oldest_waiting" {
  name           = "oldest-waiting"
  log_group_name = aws_cloudwatch_log_group.worker.name
  pattern        = "{ $.outcome = \"done\" && $.oldestWaitingSeconds = * }"

  metric_transformation {
    namespace = "Millrace/${var.name_prefix}"
    name      = "OldestWaitingSeconds"
    value     = "$.oldestWaitingSeconds"
    unit      = "Seconds"
  }
}

# When values stop, the state changes to "insufficient data", and that is told too: cron, the host or the log's shipping is
# dead, or every run fails. Where none ever came, as before a log is shipped at all, nothing changes and nothing rings.
resource "aws_cloudwatch_metric_alarm" "oldest_waiting" {
  alarm_name        = "${var.name_prefix}-worker-oldest-waiting"
  alarm_description = "For 15 minutes files have waited in input/ that are older than 15 minutes. Insufficient data: no run of the worker has ended well."

  namespace           = aws_cloudwatch_log_metric_filter.oldest_waiting.metric_transformation[0].namespace
  metric_name         = aws_cloudwatch_log_metric_filter.oldest_waiting.metric_transformation[0].name
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 900
  period              = 300 # a run each minute, but one with large files may take some of them
  evaluation_periods  = 3
  treat_missing_data  = "missing"

  alarm_actions             = [local.alarm_topic_arn]
  insufficient_data_actions = [local.alarm_topic_arn]
  ok_actions                = [local.alarm_topic_arn]
}

locals {
  alarm_topic_arn = "arn:${data.aws_partition.current.partition}:sns:${var.region}:${var.account_id}:${var.alarm_topic}"
}
