locals {
  # What the functions write into their logs: worker/lambda/metrics.ts.
  metrics = "Millrace/Ingest"
}

# Each run counts anew what is missing of the window: the alarm ends with the last hour that comes or leaves it.
resource "aws_cloudwatch_metric_alarm" "missing_hours" {
  alarm_name          = "${module.batch.name}-missing-hours"
  alarm_description   = "The archive does not have hours that should be published for ${var.missing_after_hours} hours: see the log of ${module.batch.name}"
  namespace           = local.metrics
  metric_name         = "MissingHours"
  dimensions          = { FunctionName = module.batch.name }
  statistic           = "Maximum"
  period              = 3600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  # Between two runs nothing is known anew.
  treat_missing_data = "ignore"
  alarm_actions      = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "silence" {
  for_each = { batch = module.batch.name, realtime = module.realtime.name }

  alarm_name          = "${each.value}-silence"
  alarm_description   = "${each.value} has had no successful call for ${var.alarm_after_hours} hours: see its log"
  namespace           = local.metrics
  metric_name         = "Succeeded"
  dimensions          = { FunctionName = each.value }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = var.alarm_after_hours
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  # A function that is not even called tells nothing.
  treat_missing_data = "breaching"
  alarm_actions      = [aws_sns_topic.alarms.arn]
}
