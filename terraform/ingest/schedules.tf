locals {
  schedules = {
    batch = {
      expression = var.schedule_expression
      target_arn = module.batch.arn
    }
  }
}

resource "aws_scheduler_schedule_group" "this" {
  name = "${var.name_prefix}-ingest"
}

resource "aws_scheduler_schedule" "this" {
  for_each = local.schedules

  name                         = "${var.name_prefix}-ingest-${each.key}"
  description                  = "Starts ${var.name_prefix}-ingest-${each.key}"
  group_name                   = aws_scheduler_schedule_group.this.name
  schedule_expression          = each.value.expression
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = each.value.target_arn
    role_arn = aws_iam_role.schedule[each.key].arn

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 3
    }
  }

  depends_on = [aws_iam_role_policy.schedule]
}

resource "aws_iam_role" "schedule" {
  for_each = local.schedules

  name        = "${var.name_prefix}-schedule-${each.key}"
  description = "Lets EventBridge Scheduler start ${var.name_prefix}-ingest-${each.key}"

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
    Statement = [{
      Sid      = "StartFunction"
      Effect   = "Allow"
      Action   = "lambda:InvokeFunction"
      Resource = each.value.target_arn
    }]
  })
}
