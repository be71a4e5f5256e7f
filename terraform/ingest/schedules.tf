locals {
  group = "${var.name_prefix}-ingest"

  # A call that could not be made for so long is given up: for events the next one brings the same.
  schedules = {
    batch    = { expression = var.schedule_expression, maximum_age_seconds = 3600 }
    realtime = { expression = var.events_schedule_expression, maximum_age_seconds = 300 }
  }

  function_arns = { batch = module.batch.arn, realtime = module.realtime.arn }
}

resource "aws_scheduler_schedule_group" "this" {
  name = local.group
}

resource "aws_scheduler_schedule" "this" {
  for_each = local.schedules

  name                         = "${var.name_prefix}-ingest-${each.key}"
  description                  = "Starts ${var.name_prefix}-ingest-${each.key}"
  group_name                   = aws_scheduler_schedule_group.this.name
  schedule_expression          = each.value.expression
  schedule_expression_timezone = "UTC"
  kms_key_arn                  = module.key.arn

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = local.function_arns[each.key]
    role_arn = aws_iam_role.schedule[each.key].arn

    retry_policy {
      maximum_event_age_in_seconds = each.value.maximum_age_seconds
      maximum_retry_attempts       = 3
    }

    dead_letter_config {
      arn = aws_sqs_queue.dead_letters.arn
    }
  }

  depends_on = [aws_iam_role_policy.schedule]
}
