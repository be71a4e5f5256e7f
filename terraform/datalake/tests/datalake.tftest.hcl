mock_provider "aws" {}

variables {
  region      = "eu-west-1"
  account_id  = "123456789012"
  business    = "acme-corp"
  environment = "test"

  layer_buckets = {
    raw       = "acme-corp-test-raw"
    staged    = "acme-corp-test-staged"
    analytics = "acme-corp-test-analytics"
  }

  platform_buckets = {
    codebase      = "acme-corp-test-codebase"
    configuration = "acme-corp-test-configuration"
    orchestration = "acme-corp-test-orchestration"
    etl           = "acme-corp-test-etl"
    scripts       = "acme-corp-test-scripts"
  }
}

run "makes_every_bucket_and_database" {
  assert {
    condition     = output.layer_buckets == var.layer_buckets && output.platform_buckets == var.platform_buckets
    error_message = "the buckets are those of the variables"
  }

  assert {
    condition     = output.databases == { raw = "acme_corp_test_raw", staged = "acme_corp_test_staged", analytics = "acme_corp_test_analytics" }
    error_message = "one database a layer, without hyphens"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    region      = "Frankfurt"
    account_id  = "1234"
    business    = "Acme_Corp"
    environment = "Test"

    layer_buckets = {
      raw       = "Acme_Raw"
      staged    = "acme-corp-test-staged"
      analytics = "acme-corp-test-analytics"
    }

    platform_buckets = {
      codebase      = "acme-corp-test-codebase"
      configuration = "acme-corp-test-configuration"
      orchestration = "acme-corp-test-orchestration"
      etl           = "acme-corp-test-etl"
      scripts       = "a-name-of-more-than-sixty-three-characters-which-s3-does-not-allow-at-all"
    }
  }

  expect_failures = [
    var.region, var.account_id, var.business, var.environment, var.layer_buckets, var.platform_buckets,
  ]
}
