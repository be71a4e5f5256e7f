# gap: dead-letter-alarm - the alarm on waiting dead letters
resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  count = 0
}

# gap: missing-hours-alarm - the alarm on hours that the archive does not have
resource "aws_cloudwatch_metric_alarm" "missing_hours" {
  count = 0
}

# gap: ingest-silence-alarms - the alarms on functions without a successful call
resource "aws_cloudwatch_metric_alarm" "silence" {
  for_each = {}
}
