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
  script      = { bucket = "acme-test-scripts", key = "spark/job.py" }
}

run "creates_a_role_that_may_only_run_the_job" {
  variables {
    arguments                = { "--raw_bucket" = "acme-test-raw" }
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/acme-boundary-eu-west-1"
    security_configuration   = "acme-test-mpp"
    kms_key_arn              = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"
    data_kms_key_arn         = "arn:aws:kms:eu-west-1:123456789012:key/5678efab"
    temporary                = { bucket = "acme-test-helper", prefix = "temporary/job/" }
    network = {
      connections       = ["acme-test-private"]
      subnet_id         = "subnet-0123456789abcdef0"
      security_group_id = "sg-0123456789abcdef0"
    }
    statements = [{
      sid        = "ListRaw"
      actions    = ["s3:ListBucket"]
      resources  = ["arn:aws:s3:::acme-test-raw"]
      conditions = { StringLike = { "s3:prefix" = ["github/*"] } }
    }]
  }

  assert {
    condition     = aws_glue_job.this.role_arn == aws_iam_role.job[0].arn && output.role_arn == aws_iam_role.job[0].arn && aws_iam_role.job[0].name == "acme-test-job"
    error_message = "the job runs as the created role"
  }

  assert {
    condition     = jsondecode(aws_iam_role.job[0].assume_role_policy).Statement[0].Principal == { Service = "glue.amazonaws.com" } && jsondecode(aws_iam_role.job[0].assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "only Glue may assume the role, and only for this account"
  }

  assert {
    condition     = aws_iam_role.job[0].permissions_boundary == "arn:aws:iam::123456789012:policy/acme-boundary-eu-west-1"
    error_message = "the role is bounded"
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(aws_iam_role_policy.job[0].policy).Statement : statement.Sid if contains(statement.Resource, "*")])) == toset(["PublishMetrics", "FindNetwork"])
    error_message = "only what knows no resources is allowed on all of them"
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.job[0].policy).Statement : [for action in statement.Action : !strcontains(action, "*")]
    ]))
    error_message = "every action is named in full"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.job[0].policy).Statement : statement.Resource if statement.Sid == "ReadScript"]) == ["arn:aws:s3:::acme-test-scripts/spark/job.py"]
    error_message = "the script, and no other object of its bucket, may be read"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.job[0].policy).Statement : statement.Condition if statement.Sid == "ListRaw"]) == { StringLike = { "s3:prefix" = ["github/*"] } }
    error_message = "conditions of the job's own statements arrive"
  }

  assert {
    condition = one([for statement in jsondecode(aws_iam_role_policy.job[0].policy).Statement : statement.Resource if statement.Sid == "JoinNetwork"]) == [
      "arn:aws:ec2:eu-west-1:123456789012:network-interface/*",
      "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0123456789abcdef0",
      "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-0123456789abcdef0",
    ]
    error_message = "network interfaces are made in the connection's subnet and group alone"
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(aws_iam_role_policy.job[0].policy).Statement : statement.Resource if anytrue([for action in statement.Action : startswith(action, "kms:")])])) == toset(["arn:aws:kms:eu-west-1:123456789012:key/5678efab"])
    error_message = "without bookmarks the data's key is the only one to use"
  }

  assert {
    condition     = aws_glue_job.this.execution_class == "STANDARD" && aws_glue_job.this.glue_version == "5.0" && aws_glue_job.this.timeout == 60 && aws_glue_job.this.max_retries == 0 && aws_glue_job.this.execution_property[0].max_concurrent_runs == 1
    error_message = "Glue 5.0 in the standard class, one run at a time, stopped after an hour"
  }

  assert {
    condition = alltrue([for name, value in {
      "--raw_bucket"            = "acme-test-raw"
      "--enable-metrics"        = "true"
      "--job-bookmark-option"   = "job-bookmark-disable"
      "--TempDir"               = "s3://acme-test-helper/temporary/job/"
      "--spark-event-logs-path" = "s3://acme-test-helper/temporary/job/spark-events/"
    } : aws_glue_job.this.default_arguments[name] == value])
    error_message = "the script's arguments arrive beside Glue's own"
  }

  assert {
    condition = alltrue([
      for name, group in aws_cloudwatch_log_group.job :
      group.retention_in_days == 30 && group.kms_key_id == var.kms_key_arn && group.name == "${aws_glue_job.this.default_arguments["--custom-logGroup-prefix"]}/acme-test-mpp-role/acme-test-job/${name}"
    ]) && aws_glue_job.this.security_configuration == "acme-test-mpp"
    error_message = "the log groups are those the job writes to, they are encrypted and expire"
  }

  assert {
    condition     = aws_glue_job.this.command[0].script_location == "s3://acme-test-scripts/spark/job.py" && length(aws_glue_trigger.this) == 0
    error_message = "the job runs its script, when somebody starts it"
  }
}

run "keeps_a_bookmark_and_a_schedule_of_its_own" {
  variables {
    role_name   = "acme-test-reader"
    bookmark    = "enable"
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"
    schedule    = "cron(30 3 * * ? *)"
  }

  assert {
    condition     = aws_glue_job.this.default_arguments["--job-bookmark-option"] == "job-bookmark-enable" && toset([for statement in jsondecode(aws_iam_role_policy.job[0].policy).Statement : statement.Sid]) == toset(["ReadScript", "WriteLogs", "PublishMetrics", "UseBookmark", "EncryptBookmark"])
    error_message = "a bookmark brings its rights, and what is not asked for brings none"
  }

  assert {
    condition     = aws_glue_trigger.this[0].schedule == "cron(30 3 * * ? *)" && aws_glue_trigger.this[0].start_on_creation && aws_glue_trigger.this[0].actions[0].job_name == "acme-test-job"
    error_message = "the trigger is on and starts the job"
  }

  assert {
    condition     = aws_iam_role.job[0].name == "acme-test-reader" && aws_cloudwatch_log_group.job["output"].name == "/aws-glue/jobs/acme-test-job/output"
    error_message = "the role has its own name, and log groups without a security configuration the job's"
  }
}

run "runs_as_an_existing_role" {
  command = plan

  variables {
    role_arn               = "arn:aws:iam::123456789012:role/jobs/existing"
    security_configuration = "acme-test-mpp"
  }

  assert {
    condition     = aws_glue_job.this.role_arn == var.role_arn && length(aws_iam_role.job) == 0 && length(aws_iam_role_policy.job) == 0
    error_message = "no role is made beside the one passed in"
  }

  assert {
    condition     = aws_cloudwatch_log_group.job["error"].name == "/aws-glue/jobs/acme-test-job/acme-test-mpp-role/jobs/existing/error"
    error_message = "log groups carry the role's path and name"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                     = "Acme_Job"
    role_arn                 = "existing"
    permissions_boundary_arn = "boundary"
    arguments                = { raw_bucket = "no dashes" }
    bookmark                 = "on"
    kms_key_arn              = "alias/acme"
    data_kms_key_arn         = "alias/lake"
    temporary                = { bucket = "acme-test-helper", prefix = "/temporary" }
    worker_type              = "Standard"
    worker_count             = 1
    timeout_minutes          = 0
    max_retries              = 11
    schedule                 = "cron(30 3 * * *)"
    log_retention_days       = 2
    script                   = { bucket = "acme-test-scripts", key = "spark/job.scala" }
    network = {
      connections       = []
      subnet_id         = "subnet-0123456789abcdef0"
      security_group_id = "sg-0123456789abcdef0"
    }
  }

  expect_failures = [
    var.name, var.role_arn, var.permissions_boundary_arn, var.arguments, var.bookmark, var.kms_key_arn, var.data_kms_key_arn,
    var.temporary, var.worker_type, var.worker_count, var.timeout_minutes, var.max_retries,
    var.schedule, var.log_retention_days, var.script, var.network,
  ]
}

run "refuses_rights_and_a_name_for_an_existing_role_and_no_run" {
  command = plan

  variables {
    max_concurrent_runs = 0
    role_arn            = "arn:aws:iam::123456789012:role/existing"
    role_name           = "acme-test-reader"
    statements          = [{ sid = "ReadRaw", actions = ["s3:GetObject"], resources = ["arn:aws:s3:::acme-test-raw/*"] }]
  }

  expect_failures = [var.role_name, var.statements, var.max_concurrent_runs]
}

run "refuses_a_bookmark_moved_by_two_runs_and_a_bad_role_name" {
  command = plan

  variables {
    role_name           = "acme test"
    bookmark            = "enable"
    max_concurrent_runs = 2
  }

  expect_failures = [var.role_name, var.max_concurrent_runs]
}
