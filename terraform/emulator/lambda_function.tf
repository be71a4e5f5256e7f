# gap: function-alarms - the alarms on a function's errors and throttles
resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = {}
}
