mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }
}

variables {
  alias       = "alias/acme-test"
  description = "What a test writes"
}

run "is_safe_by_default" {
  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30
    error_message = "the key rotates, and its deletion can be called off for 30 days"
  }

  assert {
    condition = jsondecode(aws_kms_key.this.policy).Statement == [{
      Sid       = "AccountDecidesByIam"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
    error_message = "only the account itself decides about the key"
  }

  assert {
    condition     = aws_kms_alias.this.name == "alias/acme-test" && aws_kms_alias.this.target_key_id == aws_kms_key.this.key_id
    error_message = "the alias is the one given, and the key's"
  }

  assert {
    condition     = output.arn == aws_kms_key.this.arn && output.key_id == aws_kms_key.this.key_id
    error_message = "the outputs are the key's"
  }
}

run "lets_services_use_it_for_this_account_alone" {
  command = plan

  variables {
    deletion_protection = false
    service_grants = {
      Alarms = {
        principal = "cloudwatch.amazonaws.com"
        actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      }
      Logs = {
        principal  = "logs.eu-west-1.amazonaws.com"
        actions    = ["kms:Decrypt"]
        conditions = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = ["arn:aws:logs:eu-west-1:123456789012:*"] } }
      }
    }
  }

  assert {
    condition     = aws_kms_key.this.deletion_window_in_days == 7
    error_message = "without protection the key waits as short as AWS lets it"
  }

  assert {
    condition = slice(jsondecode(aws_kms_key.this.policy).Statement, 1, 3) == [
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = ["123456789012"] } }
      },
      {
        Sid       = "Logs"
        Effect    = "Allow"
        Principal = { Service = "logs.eu-west-1.amazonaws.com" }
        Action    = ["kms:Decrypt"]
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = ["arn:aws:logs:eu-west-1:123456789012:*"] } }
      },
    ]
    error_message = "a service has exactly the actions given, under the conditions given or for this account"
  }
}

run "refuses_aws_aliases_other_principals_and_wildcards" {
  command = plan

  variables {
    alias          = "alias/aws/s3"
    service_grants = { Everyone = { principal = "*", actions = ["kms:Decrypt"] } }
  }

  expect_failures = [var.alias, var.service_grants]
}

run "refuses_wildcard_actions" {
  command = plan

  variables {
    service_grants = { Logs = { principal = "logs.eu-west-1.amazonaws.com", actions = ["kms:*"] } }
  }

  expect_failures = [var.service_grants]
}

run "refuses_names_that_are_no_statement_ids" {
  command = plan

  variables {
    service_grants = { "cloudwatch-logs" = { principal = "logs.eu-west-1.amazonaws.com", actions = ["kms:Decrypt"] } }
  }

  expect_failures = [var.service_grants]
}
