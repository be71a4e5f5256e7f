# gap: dead-letter-alarm - the alarm on waiting dead letters
resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  count = 0
}
