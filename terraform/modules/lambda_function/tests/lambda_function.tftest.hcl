mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-test-function" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/acme-test-function" }
  }
}

variables {
  name        = "acme-test-function"
  description = "A function under test"
  package     = "versions.tf" # any file: a mocked provider uploads nothing
}

run "may_only_write_its_log_and_what_it_is_told" {
  variables {
    environment = { RAW_BUCKET = "acme-test-raw" }
    statements = [{
      sid       = "WriteArchive"
      actions   = ["s3:PutObject"]
      resources = ["arn:aws:s3:::acme-test-raw/github/archive/*"]
    }]
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
        Sid      = "WriteArchive"
        Effect   = "Allow"
        Action   = ["s3:PutObject"]
        Resource = ["arn:aws:s3:::acme-test-raw/github/archive/*"]
      },
    ]
    error_message = "the role has no right beyond these"
  }

  assert {
    condition     = jsondecode(aws_iam_role.function.assume_role_policy).Statement[0].Principal == { Service = "lambda.amazonaws.com" }
    error_message = "only Lambda may assume the role"
  }

  assert {
    condition     = aws_cloudwatch_log_group.function.retention_in_days == 30 && output.log_group == "/aws/lambda/acme-test-function"
    error_message = "the log group is the one Lambda writes to, and it expires"
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
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                 = "Acme_Function"
    handler              = "handler"
    memory_mib           = 64
    timeout_seconds      = 901
    reserved_concurrency = 0
    log_retention_days   = 2
  }

  expect_failures = [
    var.name, var.handler, var.memory_mib, var.timeout_seconds, var.reserved_concurrency, var.log_retention_days,
  ]
}
