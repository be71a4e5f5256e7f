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
}

run "encrypts_with_the_key_it_is_given" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).kms_master_key_id == var.kms_key_arn
    error_message = "the key is the one given"
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).bucket_key_enabled
    error_message = "a bucket key spares a call to KMS for each object"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name        = "Acme_Raw"
    kms_key_arn = "alias/acme"
  }

  expect_failures = [var.name, var.kms_key_arn]
}
