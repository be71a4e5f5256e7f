# Stack ec2 knows the topic by its name and sends its alarm here too.
resource "aws_sns_topic" "alarms" {
  name              = var.alarm_topic
  kms_master_key_id = module.key.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TellAlarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = "${local.arn.sns}:${var.alarm_topic}"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        Sid       = "DenyPlainHttp"
        Effect    = "Deny"
        Principal = "*" # nobody at all may come without TLS
        Action    = "sns:Publish"
        Resource  = "${local.arn.sns}:${var.alarm_topic}"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.alarm_email[*])

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}
