mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }
}

variables {
  region       = "eu-west-1"
  account_id   = "123456789012"
  business     = "acme"
  state_bucket = "acme-state-123456789012-eu-west-1"
  lock_table   = "acme-lock-123456789012-eu-west-1"
  key_alias    = "alias/acme-state-123456789012-eu-west-1"
}

run "protects_state_by_default" {
  assert {
    condition     = aws_kms_key.state.enable_key_rotation && aws_kms_key.state.deletion_window_in_days == 30
    error_message = "the key rotates, and its deletion can be called off for 30 days"
  }

  assert {
    condition     = jsondecode(aws_kms_key.state.policy).Statement[0].Principal == { AWS = "arn:aws:iam::123456789012:root" }
    error_message = "only the account itself decides about the key"
  }

  assert {
    condition     = aws_kms_alias.state.name == "alias/acme-state-123456789012-eu-west-1"
    error_message = "the alias is the one given"
  }

  assert {
    condition     = aws_dynamodb_table.lock.hash_key == "LockID" && aws_dynamodb_table.lock.billing_mode == "PAY_PER_REQUEST"
    error_message = "the table is what the S3 backend expects, and costs nothing when idle"
  }

  assert {
    condition     = aws_dynamodb_table.lock.deletion_protection_enabled && aws_dynamodb_table.lock.point_in_time_recovery[0].enabled
    error_message = "the table cannot be deleted by mistake, and can be restored"
  }

  assert {
    condition     = aws_dynamodb_table.lock.server_side_encryption[0].enabled && aws_dynamodb_table.lock.server_side_encryption[0].kms_key_arn == aws_kms_key.state.arn
    error_message = "the table is encrypted with the stack's key"
  }

  assert {
    condition     = output.state_bucket == "acme-state-123456789012-eu-west-1" && output.lock_table == "acme-lock-123456789012-eu-west-1" && output.kms_key_arn == aws_kms_key.state.arn
    error_message = "the outputs are what backends need"
  }
}

run "can_be_thrown_away_when_told_so" {
  command = plan

  variables {
    force_destroy       = true
    deletion_protection = false
  }

  assert {
    condition     = aws_kms_key.state.deletion_window_in_days == 7 && !aws_dynamodb_table.lock.deletion_protection_enabled
    error_message = "nothing holds a destroy back"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    region       = "Frankfurt"
    account_id   = "1234"
    business     = "Acme_Corp"
    state_bucket = "Acme_State"
    lock_table   = "a b"
    key_alias    = "alias/aws/s3"
  }

  expect_failures = [var.region, var.account_id, var.business, var.state_bucket, var.lock_table, var.key_alias]
}
