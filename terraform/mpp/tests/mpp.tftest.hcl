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
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-test" }
  }
}

variables {
  region                 = "eu-west-1"
  account_id             = "123456789012"
  business               = "acme"
  environment            = "test"
  name_prefix            = "acme-test"
  scripts_bucket         = "acme-test-scripts"
  raw_database           = "acme_test_raw"
  private_subnet_id      = "subnet-0123456789abcdef0"
  private_subnet_zone    = "eu-west-1a"
  glue_security_group_id = "sg-0123456789abcdef0"

  layer_buckets = {
    raw       = "acme-test-raw"
    staged    = "acme-test-staged"
    analytics = "acme-test-analytics"
  }
}

run "runs_jobs_in_private_with_the_least_rights" {
  assert {
    condition     = aws_glue_connection.private.connection_type == "NETWORK" && aws_glue_connection.private.physical_connection_requirements[0].subnet_id == "subnet-0123456789abcdef0"
    error_message = "the connection leads into the private subnet"
  }

  assert {
    condition     = output.jobs == { raw-to-staged = "acme-test-raw-to-staged" } && output.crawlers == { raw = "acme-test-raw" }
    error_message = "the names are those that runs and triggers use"
  }

  assert {
    condition     = one(aws_glue_crawler.layer["raw"].s3_target).path == "s3://acme-test-raw/github/archive/" && aws_glue_crawler.layer["raw"].database_name == "acme_test_raw"
    error_message = "the crawler reads the archive and writes into the raw database"
  }

  assert {
    condition     = aws_glue_crawler.layer["raw"].schema_change_policy[0].delete_behavior == "LOG"
    error_message = "the crawler drops no tables"
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_role_policy.crawler["raw"].policy).Statement : statement.Action
      if strcontains(jsonencode(statement.Resource), ":s3:::")
    ])) == toset(["s3:GetObject", "s3:ListBucket"])
    error_message = "the crawler only reads S3"
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.crawler["raw"].policy).Statement : [for resource in flatten([statement.Resource]) : resource != "*"]
    ]))
    error_message = "every right of the crawler is tied to a resource"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    region                 = "Frankfurt"
    account_id             = "1234"
    business               = "Acme_Corp"
    environment            = "Test"
    name_prefix            = "Acme-Test"
    scripts_bucket         = "Acme_Scripts"
    raw_database           = "acme-test-raw"
    private_subnet_id      = "eu-west-1a"
    glue_security_group_id = "glue"

    layer_buckets = {
      raw       = "Acme_Raw"
      staged    = "acme-test-staged"
      analytics = "acme-test-analytics"
    }
  }

  expect_failures = [
    var.region, var.account_id, var.business, var.environment, var.name_prefix, var.scripts_bucket, var.raw_database,
    var.private_subnet_id, var.glue_security_group_id, var.layer_buckets,
  ]
}

run "refuses_a_zone_of_another_region" {
  command = plan

  variables {
    private_subnet_zone = "us-east-1a"
  }

  expect_failures = [var.private_subnet_zone]
}
