mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/own" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-test" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:acme-test-ingest" }
  }

  mock_resource "aws_scheduler_schedule_group" {
    defaults = { arn = "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/acme-test-ingest" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-west-1:123456789012:acme-test-ingest-dead-letters" }
  }

  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:eu-west-1:123456789012:acme-test-alarms" }
  }
}

variables {
  region                     = "eu-west-1"
  account_id                 = "123456789012"
  business                   = "acme"
  environment                = "test"
  name_prefix                = "acme-test"
  raw_bucket                 = "acme-test-raw"
  archive_url                = "https://data.gharchive.org"
  events_url                 = "https://api.github.com/events"
  schedule_expression        = "rate(1 hour)"
  events_schedule_expression = "rate(5 minutes)"
  alarm_topic                = "acme-test-alarms"
}

run "starts_the_functions_and_keeps_what_fails" {
  variables {
    permissions_boundary = "acme-boundary-eu-west-1"
    reserved_concurrency = 2
    alarm_email          = "data-team@acme.example"
    raw_key              = "alias/acme-test-lake"
  }

  assert {
    condition = (
      output.functions == { batch = "acme-test-ingest-batch", realtime = "acme-test-ingest-realtime" } &&
      output.log_groups == { batch = "/aws/lambda/acme-test-ingest-batch", realtime = "/aws/lambda/acme-test-ingest-realtime" }
    )
    error_message = "the names are those that logs and proofs look for"
  }

  assert {
    condition     = { for name, schedule in aws_scheduler_schedule.this : name => schedule.schedule_expression } == { batch = "rate(1 hour)", realtime = "rate(5 minutes)" }
    error_message = "each function has its schedule"
  }

  assert {
    condition = alltrue([for schedule in aws_scheduler_schedule.this :
      schedule.kms_key_arn == module.key.arn && schedule.target[0].dead_letter_config[0].arn == aws_sqs_queue.dead_letters.arn &&
      schedule.target[0].retry_policy[0].maximum_retry_attempts == 3
    ])
    error_message = "schedules are encrypted, and what they cannot start is tried again and then kept"
  }

  assert {
    condition = alltrue([for role in aws_iam_role.schedule :
      jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals == {
        "aws:SourceAccount" = "123456789012"
        "aws:SourceArn"     = "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/acme-test-ingest"
      }
    ])
    error_message = "no other account's schedule, and no other group's, may use the roles"
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.schedule : role.permissions_boundary == "arn:aws:iam::123456789012:policy/acme-boundary-eu-west-1"])
    error_message = "the roles carry their boundary"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.schedule["realtime"].policy).Statement == [
      {
        Sid      = "StartFunction"
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = module.realtime.arn
      },
      {
        Sid       = "DecryptSchedule"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = "arn:aws:kms:eu-west-1:123456789012:key/own"
        Condition = { StringEquals = { "kms:EncryptionContext:aws:scheduler:schedule:arn" = "arn:aws:scheduler:eu-west-1:123456789012:schedule/acme-test-ingest/acme-test-ingest-realtime" } }
      },
      {
        Sid      = "SendDeadLetter"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = "arn:aws:sqs:eu-west-1:123456789012:acme-test-ingest-dead-letters"
      },
      {
        Sid       = "EncryptDeadLetter"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "arn:aws:kms:eu-west-1:123456789012:key/own"
        Condition = { StringEquals = { "kms:ViaService" = "sqs.eu-west-1.amazonaws.com" } }
      },
    ]
    error_message = "a schedule may start its function, keep what fails, and do nothing else"
  }

  assert {
    condition     = aws_sqs_queue.dead_letters.kms_master_key_id == module.key.arn && aws_sqs_queue.dead_letters.message_retention_seconds == 1209600
    error_message = "dead letters are encrypted and kept as long as SQS keeps anything, 14 days"
  }

  assert {
    condition = jsondecode(aws_sqs_queue.dead_letters.policy).Statement == [{
      Sid       = "DenyPlainHttp"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = "arn:aws:sqs:eu-west-1:123456789012:acme-test-ingest-dead-letters"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
    error_message = "the queue takes nothing without TLS"
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.dead_letters.redrive_allow_policy) == { redrivePermission = "denyAll" }
    error_message = "no other queue's messages end up here"
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.dead_letters.metric_name == "ApproximateNumberOfMessagesVisible" &&
      aws_cloudwatch_metric_alarm.dead_letters.threshold == 1 &&
      aws_cloudwatch_metric_alarm.dead_letters.dimensions == tomap({ QueueName = "acme-test-ingest-dead-letters" }) &&
      aws_cloudwatch_metric_alarm.dead_letters.alarm_actions == toset([output.alarm_topic_arn])
    )
    error_message = "one waiting dead letter raises the alarm"
  }

  assert {
    condition = jsondecode(aws_sns_topic.alarms.policy).Statement == [
      {
        Sid       = "TellAlarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = "arn:aws:sns:eu-west-1:123456789012:acme-test-alarms"
        Condition = { StringEquals = { "aws:SourceAccount" = "123456789012" } }
      },
      {
        Sid       = "DenyPlainHttp"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = "arn:aws:sns:eu-west-1:123456789012:acme-test-alarms"
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ] && aws_sns_topic.alarms.kms_master_key_id == module.key.arn
    error_message = "alarms of this account alone, over TLS, into an encrypted topic"
  }

  assert {
    condition     = [for subscription in aws_sns_topic_subscription.email : "${subscription.protocol} ${subscription.endpoint}"] == ["email data-team@acme.example"]
    error_message = "the given address hears of alarms"
  }

  assert {
    condition = local.raw_key_statements == {
      for name, actions in { batch = ["kms:Decrypt", "kms:GenerateDataKey"], realtime = ["kms:Decrypt", "kms:GenerateDataKey"] } : name => [{
        sid       = "UseRawKey"
        actions   = actions
        resources = ["arn:aws:kms:eu-west-1:123456789012:key/*"]
        conditions = {
          StringEquals               = { "kms:ViaService" = ["s3.eu-west-1.amazonaws.com"] }
          "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = ["alias/acme-test-lake"] }
        }
      }]
    }
    error_message = "the raw bucket's key, known by its alias, through S3 only"
  }
}

run "reads_a_token_and_tells_of_gaps_and_silence" {
  variables {
    token_secret      = { arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme-github-token-AbCdEf", key = "arn:aws:kms:eu-west-1:123456789012:key/1234" }
    alarm_after_hours = 6
  }

  assert {
    condition = local.token_statements == [
      {
        sid        = "ReadToken"
        actions    = ["secretsmanager:GetSecretValue"]
        resources  = ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme-github-token-AbCdEf"]
        conditions = {}
      },
      {
        sid        = "DecryptToken"
        actions    = ["kms:Decrypt"]
        resources  = ["arn:aws:kms:eu-west-1:123456789012:key/1234"]
        conditions = { StringEquals = { "kms:ViaService" = ["secretsmanager.eu-west-1.amazonaws.com"] } }
      },
    ]
    error_message = "this secret and its key through Secrets Manager, and no other"
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.missing_hours.namespace == "Millrace/Ingest" &&
      aws_cloudwatch_metric_alarm.missing_hours.metric_name == "MissingHours" &&
      aws_cloudwatch_metric_alarm.missing_hours.dimensions == tomap({ FunctionName = "acme-test-ingest-batch" }) &&
      aws_cloudwatch_metric_alarm.missing_hours.treat_missing_data == "ignore" &&
      aws_cloudwatch_metric_alarm.missing_hours.alarm_actions == toset([output.alarm_topic_arn])
    )
    error_message = "one missing hour raises the alarm, which stays until a run finds none"
  }

  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.silence : name => [
      alarm.metric_name, alarm.dimensions.FunctionName, alarm.comparison_operator, alarm.threshold,
      alarm.period, alarm.evaluation_periods, alarm.treat_missing_data,
      ] } == {
      for name in ["batch", "realtime"] : name => ["Succeeded", "acme-test-ingest-${name}", "LessThanThreshold", 1, 3600, 6, "breaching"]
    }
    error_message = "six hours without a success of a function raise its alarm, no call at all does too"
  }
}

run "needs_no_key_of_the_lake_and_no_address" {
  assert {
    condition     = local.token_statements == []
    error_message = "without a token there is no secret to read"
  }

  assert {
    condition     = local.raw_key_statements == { batch = [], realtime = [] }
    error_message = "with SSE-S3 there is no key to use"
  }

  assert {
    condition     = length(aws_sns_topic_subscription.email) == 0
    error_message = "nobody is subscribed unasked"
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.schedule : role.permissions_boundary == null])
    error_message = "no boundary without its name"
  }
}

run "takes_a_key_by_its_arn" {
  command = plan

  variables {
    raw_key = "arn:aws:kms:eu-west-1:123456789012:key/1234"
  }

  assert {
    condition = local.raw_key_statements.batch == [{
      sid        = "UseRawKey"
      actions    = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources  = ["arn:aws:kms:eu-west-1:123456789012:key/1234"]
      conditions = { StringEquals = { "kms:ViaService" = ["s3.eu-west-1.amazonaws.com"] } }
    }]
    error_message = "this key and no other"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    region                     = "Frankfurt"
    account_id                 = "1234"
    business                   = "Acme_Corp"
    environment                = "Test"
    name_prefix                = "Acme-Test"
    raw_bucket                 = "Acme_Raw"
    archive_url                = "http://data.gharchive.org"
    events_url                 = "https://api.github.com/events/"
    schedule_expression        = "hourly"
    events_schedule_expression = "* * * * *"
    alarm_topic                = "alarms of acme"
    lag_hours                  = 0
    alarm_after_hours          = 25
    reserved_concurrency       = 0
    alarm_email                = "data-team"
    log_retention_days         = 2
    permissions_boundary       = "arn:aws:iam::123456789012:policy/acme"
  }

  expect_failures = [
    var.region, var.account_id, var.business, var.environment, var.name_prefix, var.raw_bucket, var.archive_url,
    var.events_url, var.schedule_expression, var.events_schedule_expression, var.alarm_topic, var.lag_hours,
    var.alarm_after_hours, var.reserved_concurrency, var.alarm_email, var.log_retention_days, var.permissions_boundary,
  ]
}

run "refuses_a_key_of_another_region" {
  command = plan

  variables {
    raw_key = "arn:aws:kms:us-east-1:123456789012:key/1234"
  }

  expect_failures = [var.raw_key]
}

run "refuses_hours_out_of_order_and_a_secret_of_another_region" {
  command = plan

  variables {
    lag_hours           = 3
    missing_after_hours = 2
    token_secret        = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:acme-github-token-AbCdEf" }
  }

  expect_failures = [var.missing_after_hours, var.token_secret]
}

run "refuses_a_window_that_ends_too_early_and_a_key_by_its_alias" {
  command = plan

  variables {
    window_hours = 11
    token_secret = { arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme-github-token-AbCdEf", key = "alias/acme" }
  }

  expect_failures = [var.window_hours, var.token_secret]
}
