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

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-test-function" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/acme-test-function" }
  }
}

variables {
  name                  = "acme-test-function"
  description           = "A function under test"
  package               = "versions.tf" # any file: a mocked provider uploads nothing
  environment           = { RAW_BUCKET = "acme-test-raw" }
  kms_key_arn           = "arn:aws:kms:eu-west-1:123456789012:key/1"
  dead_letter_queue_arn = "arn:aws:sqs:eu-west-1:123456789012:acme-test-dead-letters"
  alarm_topic_arn       = "arn:aws:sns:eu-west-1:123456789012:acme-test-alarms"
}

run "may_do_what_it_is_told_and_nothing_else" {
  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/acme-boundary-eu-west-1"
    statements = [
      {
        sid       = "WriteArchive"
        actions   = ["s3:PutObject"]
        resources = ["arn:aws:s3:::acme-test-raw/github/archive/*"]
      },
      {
        sid        = "FindState"
        actions    = ["s3:ListBucket"]
        resources  = ["arn:aws:s3:::acme-test-raw"]
        conditions = { StringEquals = { "s3:prefix" = ["state"] } }
      },
    ]
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.function.policy).Statement == [
      {
        Sid      = "WriteLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/acme-test-function:*"]
      },
      {
        Sid       = "DecryptEnvironment"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = ["arn:aws:kms:eu-west-1:123456789012:key/1"]
        Condition = { StringEquals = { "kms:EncryptionContext:aws:lambda:FunctionArn" = ["arn:aws:lambda:eu-west-1:123456789012:function:acme-test-function"] } }
      },
      {
        Sid      = "SendDeadLetter"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = ["arn:aws:sqs:eu-west-1:123456789012:acme-test-dead-letters"]
      },
      {
        Sid       = "EncryptDeadLetter"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = ["arn:aws:kms:eu-west-1:123456789012:key/1"]
        Condition = { StringEquals = { "kms:ViaService" = ["sqs.eu-west-1.amazonaws.com"] } }
      },
      {
        Sid      = "WriteArchive"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["arn:aws:s3:::acme-test-raw/github/archive/*"]
      },
      {
        Sid       = "FindState"
        Effect    = "Allow"
        Action    = ["s3:ListBucket"]
        Resource  = ["arn:aws:s3:::acme-test-raw"]
        Condition = { StringEquals = { "s3:prefix" = ["state"] } }
      },
    ]
    error_message = "the role has no right beyond these"
  }

  assert {
    condition     = jsondecode(aws_iam_role.function.assume_role_policy).Statement[0].Principal == { Service = "lambda.amazonaws.com" }
    error_message = "only Lambda may assume the role"
  }

  assert {
    condition     = aws_iam_role.function.permissions_boundary == "arn:aws:iam::123456789012:policy/acme-boundary-eu-west-1"
    error_message = "the role carries its boundary"
  }

  assert {
    condition     = aws_cloudwatch_log_group.function.retention_in_days == 30 && output.log_group == "/aws/lambda/acme-test-function"
    error_message = "the log group is the one Lambda writes to, and it expires"
  }

  assert {
    condition     = aws_cloudwatch_log_group.function.kms_key_id == var.kms_key_arn && aws_lambda_function.this.kms_key_arn == var.kms_key_arn
    error_message = "log and environment are encrypted with the given key"
  }

  assert {
    condition     = aws_lambda_function.this.runtime == "nodejs22.x" && aws_lambda_function.this.handler == "index.handler"
    error_message = "a supported runtime"
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == -1
    error_message = "nothing is reserved unless asked for"
  }

  assert {
    condition     = aws_lambda_function.this.source_code_hash == filebase64sha256("versions.tf")
    error_message = "changed bytes are deployed"
  }

  assert {
    condition = (
      aws_lambda_function_event_invoke_config.this.destination_config[0].on_failure[0].destination == var.dead_letter_queue_arn &&
      aws_lambda_function_event_invoke_config.this.maximum_retry_attempts == 2 &&
      aws_lambda_function_event_invoke_config.this.maximum_event_age_in_seconds == 3600
    )
    error_message = "a call that failed three times, or is an hour old, is kept in the queue"
  }

  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.this : name => alarm.metric_name } == { errors = "Errors", throttles = "Throttles" }
    error_message = "errors and throttles are watched"
  }

  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.this :
      alarm.alarm_actions == toset([var.alarm_topic_arn]) && alarm.threshold == 1 && alarm.statistic == "Sum" &&
      alarm.dimensions == tomap({ FunctionName = "acme-test-function" }) && alarm.treat_missing_data == "notBreaching"
    ])
    error_message = "one fault of this very function raises the alarm, silence does not"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                      = "Acme_Function"
    kms_key_arn               = "alias/acme"
    dead_letter_queue_arn     = "arn:aws:sqs:eu-west-1:123456789012:acme.fifo"
    alarm_topic_arn           = "acme-alarms"
    permissions_boundary_arn  = "acme-boundary"
    handler                   = "handler"
    memory_mib                = 64
    timeout_seconds           = 901
    reserved_concurrency      = 0
    maximum_retry_attempts    = 3
    maximum_event_age_seconds = 59
    log_retention_days        = 2
  }

  expect_failures = [
    var.name, var.kms_key_arn, var.dead_letter_queue_arn, var.alarm_topic_arn, var.permissions_boundary_arn, var.handler,
    var.memory_mib, var.timeout_seconds, var.reserved_concurrency, var.maximum_retry_attempts,
    var.maximum_event_age_seconds, var.log_retention_days,
  ]
}
