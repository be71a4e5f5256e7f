resource "aws_iam_role" "schedule" {
  for_each = local.schedules

  name                 = "${var.name_prefix}-schedule-${each.key}"
  description          = "Lets EventBridge Scheduler start ${var.name_prefix}-ingest-${each.key}"
  permissions_boundary = local.permissions_boundary_arn

  # Only schedules of this very group may use the role, or another account's could.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = {
          "aws:SourceAccount" = var.account_id
          "aws:SourceArn"     = aws_scheduler_schedule_group.this.arn
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "schedule" {
  for_each = local.schedules

  name = "start"
  role = aws_iam_role.schedule[each.key].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "StartFunction"
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = local.function_arns[each.key]
      },
      {
        Sid       = "DecryptSchedule"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = module.key.arn
        Condition = { StringEquals = { "kms:EncryptionContext:aws:scheduler:schedule:arn" = "${local.arn.scheduler}:schedule/${local.group}/${var.name_prefix}-ingest-${each.key}" } }
      },
      {
        Sid      = "SendDeadLetter"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = aws_sqs_queue.dead_letters.arn
      },
      {
        Sid       = "EncryptDeadLetter"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = module.key.arn
        Condition = { StringEquals = { "kms:ViaService" = "sqs.${var.region}.${data.aws_partition.current.dns_suffix}" } }
      },
    ]
  })
}
