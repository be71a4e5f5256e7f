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
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-test-staged-crawler" }
  }
}

variables {
  name                   = "acme-test-staged"
  description            = "A crawler under test"
  bucket                 = "acme-test-staged"
  prefixes               = ["github_events/", "movies/"]
  exclusions             = ["_rejected/**"]
  database               = "acme_test_staged"
  table_prefix           = "crawled_"
  security_configuration = "acme-test-mpp"
  kms_key_arn            = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"
}

run "reads_its_prefixes_and_writes_its_own_tables" {
  variables {
    data_kms_key_arn         = "arn:aws:kms:eu-west-1:123456789012:key/5678efab"
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/acme-boundary-eu-west-1"
  }

  assert {
    condition     = aws_glue_crawler.this.s3_target[*].path == tolist(["s3://acme-test-staged/github_events/", "s3://acme-test-staged/movies/"]) && alltrue([for target in aws_glue_crawler.this.s3_target : contains(target.exclusions, "_rejected/**")])
    error_message = "each prefix is a target, without what is excluded"
  }

  assert {
    condition     = aws_glue_crawler.this.schema_change_policy[0].delete_behavior == "LOG" && aws_glue_crawler.this.schema_change_policy[0].update_behavior == "LOG" && aws_glue_crawler.this.table_prefix == "crawled_"
    error_message = "the crawler changes and drops no tables, and names its own apart"
  }

  assert {
    condition     = jsondecode(aws_iam_role.crawler.assume_role_policy).Statement[0].Principal == { Service = "glue.amazonaws.com" } && jsondecode(aws_iam_role.crawler.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "only Glue may assume the role, and only for this account"
  }

  assert {
    condition     = aws_iam_role.crawler.permissions_boundary == "arn:aws:iam::123456789012:policy/acme-boundary-eu-west-1"
    error_message = "the role is bounded"
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_role_policy.crawler.policy).Statement : statement.Action if strcontains(jsonencode(statement.Resource), ":s3:::")
    ])) == toset(["s3:GetObject", "s3:ListBucket"])
    error_message = "the crawler only reads S3"
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(aws_iam_role_policy.crawler.policy).Statement : [
        [for resource in statement.Resource : resource != "*"], [for action in statement.Action : !strcontains(action, "*")],
      ]
    ]))
    error_message = "every right is named in full and tied to a resource"
  }

  assert {
    condition = one([for statement in jsondecode(aws_iam_role_policy.crawler.policy).Statement : statement.Resource if contains(statement.Action, "glue:UpdateTable")]) == [
      "arn:aws:glue:eu-west-1:123456789012:catalog",
      "arn:aws:glue:eu-west-1:123456789012:database/acme_test_staged",
      "arn:aws:glue:eu-west-1:123456789012:table/acme_test_staged/crawled_*",
    ]
    error_message = "tables without the crawler's prefix are not its to write"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.crawler.policy).Statement : statement.Resource if contains(statement.Action, "kms:Decrypt")]) == ["arn:aws:kms:eu-west-1:123456789012:key/5678efab"]
    error_message = "objects under a key can be read"
  }

  assert {
    condition     = aws_cloudwatch_log_group.crawler.name == "/aws-glue/crawlers-role/acme-test-staged-crawler-acme-test-mpp" && aws_cloudwatch_log_group.crawler.retention_in_days == 30 && aws_cloudwatch_log_group.crawler.kms_key_id == var.kms_key_arn && aws_glue_crawler.this.security_configuration == "acme-test-mpp"
    error_message = "the log group is the one that Glue will write to; it is encrypted and expires"
  }
}

run "is_made_anew_for_another_list" {
  command = plan

  variables {
    prefixes = ["github_events/", "movies/", "series/"]
  }

  assert {
    condition     = terraform_data.targets.input.prefixes == tolist(["github_events/", "movies/", "series/"]) && terraform_data.targets.input.exclusions == tolist(["_rejected/**"])
    error_message = "what replaces the crawler is what it looks at"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                     = "Acme_Crawler"
    bucket                   = "Acme_Staged"
    prefixes                 = ["/github_events"]
    database                 = "acme-test-staged"
    table_prefix             = "crawled"
    security_configuration   = "acme test"
    kms_key_arn              = "alias/acme"
    data_kms_key_arn         = "alias/lake"
    permissions_boundary_arn = "boundary"
    log_retention_days       = 2
  }

  expect_failures = [
    var.name, var.bucket, var.prefixes, var.database, var.table_prefix, var.security_configuration, var.kms_key_arn,
    var.data_kms_key_arn, var.permissions_boundary_arn, var.log_retention_days,
  ]
}
