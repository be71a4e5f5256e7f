mock_provider "aws" {
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::acme-test-raw" }
  }
}

variables {
  name = "acme-test-raw"
}

run "is_safe_by_default" {
  assert {
    condition     = !aws_s3_bucket.this.force_destroy
    error_message = "objects outlive a destroy unless told otherwise"
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "versions are kept"
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "ACLs are disabled"
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "without a key, S3's own encryption is on"
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "the public is kept out in all four ways"
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement :
      statement.Effect == "Deny" && statement.Principal == "*" && statement.Action == "s3:*"
      && statement.Condition.Bool["aws:SecureTransport"] == "false"
      && toset(statement.Resource) == toset(["arn:aws:s3:::acme-test-raw", "arn:aws:s3:::acme-test-raw/*"])
    ])
    error_message = "plain HTTP is denied to everyone, on the bucket and its objects"
  }
  assert {
    condition = (
      length(aws_s3_bucket_lifecycle_configuration.this.rule) == 1
      && aws_s3_bucket_lifecycle_configuration.this.rule[0].status == "Enabled"
      && aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 90
      && aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].newer_noncurrent_versions == 0 # what a mock makes of null
      && aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].expired_object_delete_marker
      && aws_s3_bucket_lifecycle_configuration.this.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 7
    )
    error_message = "noncurrent versions, lone delete markers and unfinished uploads go in time, and nothing else"
  }

  assert {
    condition     = length(aws_s3_bucket_logging.this) == 0
    error_message = "no access log without a bucket for it"
  }
}

run "does_what_it_is_told" {
  command = plan

  variables {
    kms_key_arn         = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    access_log          = { bucket = "acme-test-helper", prefix = "access-logs/raw/" }
    noncurrent_days     = 365
    noncurrent_versions = 10

    lifecycle_rules = [{
      id              = "age"
      prefix          = "github/"
      transitions     = [{ days = 30, storage_class = "STANDARD_IA" }, { days = 90, storage_class = "GLACIER_IR" }]
      expiration_days = 400
      noncurrent_days = 7
    }]

    statements = [{
      sid        = "DenyOthers"
      effect     = "Deny"
      principals = { AWS = ["*"] }
      actions    = ["s3:DeleteObject"]
      on         = ["", "/github/*"]
      conditions = { ArnNotLike = { "aws:PrincipalArn" = ["arn:aws:iam::123456789012:role/acme-*"] } }
    }]
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).kms_master_key_id == var.kms_key_arn
    error_message = "the key is the one given"
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).bucket_key_enabled
    error_message = "a bucket key spares a call to KMS for each object"
  }

  assert {
    condition     = aws_s3_bucket_logging.this[0].target_bucket == "acme-test-helper" && aws_s3_bucket_logging.this[0].target_prefix == "access-logs/raw/"
    error_message = "the access log goes where it is told"
  }

  assert {
    condition = (
      aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].noncurrent_days == 365
      && aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration[0].newer_noncurrent_versions == 10
    )
    error_message = "noncurrent versions stay as long, and as many of them, as told"
  }

  assert {
    condition = (
      aws_s3_bucket_lifecycle_configuration.this.rule[1].id == "age"
      && aws_s3_bucket_lifecycle_configuration.this.rule[1].filter[0].prefix == "github/"
      && [for transition in aws_s3_bucket_lifecycle_configuration.this.rule[1].transition : "${transition.days} ${transition.storage_class}"] == ["30 STANDARD_IA", "90 GLACIER_IR"]
      && aws_s3_bucket_lifecycle_configuration.this.rule[1].expiration[0].days == 400
      && aws_s3_bucket_lifecycle_configuration.this.rule[1].noncurrent_version_expiration[0].noncurrent_days == 7
    )
    error_message = "a rule moves and expires what lies below its prefix"
  }
}

run "adds_statements_to_its_policy" {
  variables {
    statements = [{
      sid        = "DenyOthers"
      effect     = "Deny"
      principals = { AWS = ["*"] }
      actions    = ["s3:DeleteObject"]
      on         = ["", "/github/*"]
      conditions = { ArnNotLike = { "aws:PrincipalArn" = ["arn:aws:iam::123456789012:role/acme-*"] } }
    }]
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this.policy).Statement[0].Sid == "DenyPlainHttp"
    error_message = "plain HTTP stays denied"
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this.policy).Statement[1] == {
      Sid       = "DenyOthers"
      Effect    = "Deny"
      Principal = { AWS = ["*"] }
      Action    = ["s3:DeleteObject"]
      Resource  = ["arn:aws:s3:::acme-test-raw", "arn:aws:s3:::acme-test-raw/github/*"]
      Condition = { ArnNotLike = { "aws:PrincipalArn" = ["arn:aws:iam::123456789012:role/acme-*"] } }
    }
    error_message = "a statement is on the bucket and on the objects it names"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name                = "Acme_Raw"
    kms_key_arn         = "alias/acme"
    noncurrent_days     = 0
    noncurrent_versions = 101
    statements          = [{ sid = "DenyPlainHttp", effect = "Deny", principals = { AWS = ["*"] }, actions = ["s3:GetObject"], on = [""] }]
  }

  expect_failures = [var.name, var.kms_key_arn, var.noncurrent_days, var.noncurrent_versions, var.statements]
}

run "refuses_its_own_rule_twice_other_effects_and_logs_without_a_folder" {
  command = plan

  variables {
    access_log      = { bucket = "acme-test-helper", prefix = "raw" }
    lifecycle_rules = [{ id = "housekeeping" }]
    statements      = [{ sid = "A", effect = "Maybe", principals = { AWS = ["123456789012"] }, actions = ["s3:GetObject"], on = [""] }]
  }

  expect_failures = [var.access_log, var.lifecycle_rules, var.statements]
}

run "refuses_other_storage_classes_statements_on_other_buckets_and_logs_about_itself" {
  command = plan

  variables {
    access_log      = { bucket = "acme-test-raw", prefix = "logs/" }
    lifecycle_rules = [{ id = "age", transitions = [{ days = 30, storage_class = "COLD" }] }]
    statements      = [{ sid = "A", effect = "Deny", principals = { AWS = ["*"] }, actions = ["s3:GetObject"], on = ["-other/*"] }]
  }

  expect_failures = [var.access_log, var.lifecycle_rules, var.statements]
}

run "refuses_moves_too_soon_and_to_allow_everyone" {
  command = plan

  variables {
    lifecycle_rules = [{ id = "age", transitions = [{ days = 29, storage_class = "STANDARD_IA" }] }]
    statements      = [{ sid = "A", effect = "Allow", principals = { AWS = ["*"] }, actions = ["s3:GetObject"], on = ["/*"] }]
  }

  expect_failures = [var.lifecycle_rules, var.statements]
}

run "refuses_to_expire_before_it_moves" {
  command = plan

  variables {
    lifecycle_rules = [{ id = "age", transitions = [{ days = 60, storage_class = "STANDARD_IA" }], expiration_days = 60 }]
  }

  expect_failures = [var.lifecycle_rules]
}

run "refuses_to_keep_noncurrent_versions_longer_than_the_bucket_does" {
  command = plan

  variables {
    lifecycle_rules = [{ id = "age", noncurrent_days = 90 }]
  }

  expect_failures = [var.lifecycle_rules]
}
