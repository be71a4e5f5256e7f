locals {
  alarms = {
    errors    = { metric = "Errors", description = "A call of ${var.name} failed: see its log" }
    throttles = { metric = "Throttles", description = "A call of ${var.name} found no free run: see its reserved concurrency" }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  # Without a call there is no data, and no fault.
  treat_missing_data = "notBreaching"
  alarm_actions      = [var.alarm_topic_arn]
}
