mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-test-job" }
  }
}

variables {
  name        = "acme-test-job"
  description = "A job under test"

  script = {
    source = "versions.tf" # any file: a mocked provider uploads nothing
    bucket = "acme-test-scripts"
    key    = "jobs/job.py"
  }
}

run "creates_a_role_that_may_only_run_the_job" {
  variables {
    connections = ["acme-test-private"]
    arguments   = { "--raw_bucket" = "acme-test-raw" }
    statements = [{
      sid        = "ListRaw"
      actions    = ["s3:ListBucket"]
      resources  = ["arn:aws:s3:::acme-test-raw"]
      conditions = { StringLike = { "s3:prefix" = ["github/*"] } }
    }]
  }

  assert {
    condition     = aws_glue_job.this.role_arn == aws_iam_role.job[0].arn && output.role_arn == aws_iam_role.job[0].arn
    error_message = "the job runs as the created role"
  }

  assert {
    condition     = jsondecode(aws_iam_role.job[0].assume_role_policy).Statement[0].Principal == { Service = "glue.amazonaws.com" }
    error_message = "only Glue may assume the role"
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(aws_iam_role_policy.job[0].policy).Statement : statement.Sid if contains(flatten([statement.Resource]), "*")])) == toset(["PublishMetrics", "FindNetwork"])
    error_message = "only what knows no resources is allowed on all of them"
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.job[0].policy).Statement : [for action in statement.Action : !strcontains(action, "*")]
    ]))
    error_message = "every action is named in full"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.job[0].policy).Statement : statement.Resource if statement.Sid == "ReadScript"]) == ["arn:aws:s3:::acme-test-scripts/jobs/job.py"]
    error_message = "the script, and no other object of its bucket, may be read"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.job[0].policy).Statement : statement.Condition if statement.Sid == "ListRaw"]) == { StringLike = { "s3:prefix" = ["github/*"] } }
    error_message = "conditions of the job's own statements arrive"
  }

  assert {
    condition     = aws_glue_job.this.execution_class == "STANDARD" && aws_glue_job.this.glue_version == "5.0" && aws_glue_job.this.timeout == 60
    error_message = "Glue 5.0 in the standard class, stopped after an hour"
  }

  assert {
    condition     = aws_glue_job.this.default_arguments["--raw_bucket"] == "acme-test-raw" && aws_glue_job.this.default_arguments["--enable-metrics"] == "true"
    error_message = "the script's arguments arrive beside Glue's own"
  }

  assert {
    condition = alltrue([
      for name, group in aws_cloudwatch_log_group.job :
      group.retention_in_days == 30 && group.name == "${aws_glue_job.this.default_arguments["--custom-logGroup-prefix"]}/${name}"
    ])
    error_message = "the log groups are those the job writes to, and they expire"
  }

  assert {
    condition     = aws_glue_job.this.command[0].script_location == "s3://acme-test-scripts/jobs/job.py" && aws_s3_object.script.source_hash == filesha256("versions.tf")
    error_message = "the script is uploaded where the job looks, and again when its bytes change"
  }
}

run "runs_as_an_existing_role" {
  command = plan

  variables {
    role_arn = "arn:aws:iam::123456789012:role/existing"
  }

  assert {
    condition     = aws_glue_job.this.role_arn == var.role_arn && length(aws_iam_role.job) == 0 && length(aws_iam_role_policy.job) == 0
    error_message = "no role is made beside the one passed in"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name               = "Acme_Job"
    role_arn           = "existing"
    arguments          = { raw_bucket = "no dashes" }
    worker_type        = "Standard"
    worker_count       = 1
    timeout_minutes    = 0
    log_retention_days = 2
    script = {
      source = "versions.tf"
      bucket = "acme-test-scripts"
      key    = "jobs/job.scala"
    }
  }

  expect_failures = [
    var.name, var.role_arn, var.arguments, var.worker_type, var.worker_count, var.timeout_minutes,
    var.log_retention_days, var.script,
  ]
}

run "refuses_statements_for_an_existing_role" {
  command = plan

  variables {
    role_arn   = "arn:aws:iam::123456789012:role/existing"
    statements = [{ sid = "ReadRaw", actions = ["s3:GetObject"], resources = ["arn:aws:s3:::acme-test-raw/*"] }]
  }

  expect_failures = [var.statements]
}
