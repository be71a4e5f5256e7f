mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-test" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:123456789012:function:acme-test-ingest-batch" }
  }

  mock_resource "aws_scheduler_schedule_group" {
    defaults = { arn = "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/acme-test-ingest" }
  }
}

variables {
  region              = "eu-west-1"
  account_id          = "123456789012"
  business            = "acme"
  environment         = "test"
  name_prefix         = "acme-test"
  raw_bucket          = "acme-test-raw"
  archive_url         = "https://data.gharchive.org"
  schedule_expression = "rate(1 hour)"
}

run "starts_the_function_on_schedule" {
  assert {
    condition     = output.functions == { batch = "acme-test-ingest-batch" } && output.log_groups == { batch = "/aws/lambda/acme-test-ingest-batch" }
    error_message = "the names are those that logs and proofs look for"
  }

  assert {
    condition     = aws_scheduler_schedule.this["batch"].schedule_expression == "rate(1 hour)" && aws_scheduler_schedule.this["batch"].target[0].arn == module.batch.arn
    error_message = "the schedule starts the function"
  }

  assert {
    condition = jsondecode(aws_iam_role.schedule["batch"].assume_role_policy).Statement[0].Condition.StringEquals == {
      "aws:SourceAccount" = "123456789012"
      "aws:SourceArn"     = "arn:aws:scheduler:eu-west-1:123456789012:schedule-group/acme-test-ingest"
    }
    error_message = "no other account's schedule, and no other group's, may use the role"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.schedule["batch"].policy).Statement == [{
      Sid      = "StartFunction"
      Effect   = "Allow"
      Action   = "lambda:InvokeFunction"
      Resource = "arn:aws:lambda:eu-west-1:123456789012:function:acme-test-ingest-batch"
    }]
    error_message = "the schedule may start this function and do nothing else"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    region              = "Frankfurt"
    account_id          = "1234"
    business            = "Acme_Corp"
    environment         = "Test"
    name_prefix         = "Acme-Test"
    raw_bucket          = "Acme_Raw"
    archive_url         = "ftp://data.gharchive.org"
    schedule_expression = "hourly"
    lag_hours           = 0
  }

  expect_failures = [
    var.region, var.account_id, var.business, var.environment, var.name_prefix, var.raw_bucket, var.archive_url,
    var.schedule_expression, var.lag_hours,
  ]
}
