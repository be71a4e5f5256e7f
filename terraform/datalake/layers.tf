locals {
  # With Lake Formation analysts reach the data through their grants on its tables, not around them.
  readers = {
    raw       = var.engineers
    staged    = var.engineers
    analytics = concat(var.engineers, var.lake_formation ? [] : var.analysts)
  }

  reader_of_layer = merge([
    for layer, readers in local.readers : { for principal in readers : "${layer} ${principal}" => { layer = layer, principal = principal } }
  ]...)

  # Raw cannot be fetched a second time, so it is never deleted, only kept ever cheaper. Staged can be made from raw
  # again: what is a quarter old is read for a report at most, and rejected lines that nobody has looked at by then are
  # in raw as they came. Analytics is small and read at random: S3 itself sees what is in use.
  layer_rules = {
    raw = [{
      id          = "age"
      transitions = [{ days = 30, storage_class = "STANDARD_IA" }, { days = 90, storage_class = "GLACIER_IR" }]
    }]

    staged = concat(
      [{ id = "age", transitions = [{ days = 90, storage_class = "STANDARD_IA" }] }],
      [for table in keys(local.datasets.staged) : { id = "rejected-${table}", prefix = "${table}/_rejected/", expiration_days = 90 }],
    )

    analytics = [{ id = "age", transitions = [{ days = 30, storage_class = "INTELLIGENT_TIERING" }] }]
  }

  # How long what was overwritten or deleted can be had back. A mistake in raw may be found late, and costs the data.
  layer_noncurrent_days = { raw = 365, staged = 30, analytics = 30 }

  # Named one by one and not as the account with a condition: a statement for the account grants its users nothing that
  # their own policies do not grant already.
  layer_readers_statements = {
    for layer, readers in local.readers : layer => [
      {
        sid        = "ReadersList"
        effect     = "Allow"
        principals = { AWS = readers }
        actions    = ["s3:GetBucketLocation", "s3:ListBucket"]
        on         = [""]
      },
      {
        sid        = "ReadersGet"
        effect     = "Allow"
        principals = { AWS = readers }
        actions    = ["s3:GetObject"]
        on         = ["/*"]
      },
    ] if length(readers) > 0
  }

  # Expiry by the bucket's own lifecycle is no request and goes on.
  raw_keeps_versions_statements = !var.deletion_protection ? [] : [{
    sid        = "NobodyDeletesVersions"
    effect     = "Deny"
    principals = { AWS = ["*"] }
    actions    = ["s3:DeleteObjectVersion"]
    on         = ["/*"]
  }]

  layer_statements = {
    for layer in keys(var.layer_buckets) : layer => concat(
      lookup(local.layer_readers_statements, layer, []),
      layer == "raw" ? local.raw_keeps_versions_statements : [],
    )
  }
}

module "layer_bucket" {
  # checkov:skip=CKV_AWS_19:the module always names an algorithm; checkov cannot follow the key to it through local.kms_key_arn
  # checkov:skip=CKV_AWS_145:"encryption" decides: kms, or sse-s3, which costs nothing
  source   = "../modules/bucket"
  for_each = var.layer_buckets

  name            = each.value
  force_destroy   = var.force_destroy
  kms_key_arn     = local.kms_key_arn
  noncurrent_days = local.layer_noncurrent_days[each.key]
  lifecycle_rules = local.layer_rules[each.key]
  statements      = local.layer_statements[each.key]
  access_log      = { bucket = module.helper_bucket.name, prefix = "${local.access_log_prefix}${each.key}/" }
}
