data "aws_partition" "current" {}

locals {
  encrypts_with_kms = var.encryption == "kms"

  # coalesce and no conditional: what can never be null stays so while the key does not exist yet.
  kms_key_arn = local.encrypts_with_kms ? coalesce(var.kms_key_arn, one(module.lake_key[*].arn)) : null

  bucket_arn_prefix = "arn:${data.aws_partition.current.partition}:s3:::"
}

module "lake_key" {
  source = "../modules/kms_key"
  count  = local.encrypts_with_kms && var.kms_key_arn == null ? 1 : 0

  alias               = var.key_alias
  description         = "The lake of ${var.name_prefix}: its buckets and the results of its queries"
  deletion_protection = var.deletion_protection
}

# Who may read a bucket by its policy has to decrypt as well, and no more than what lies in that bucket.
resource "aws_kms_grant" "reader" {
  for_each = local.encrypts_with_kms ? local.reader_of_layer : {}

  key_id            = local.kms_key_arn
  grantee_principal = each.value.principal
  operations        = ["Decrypt"]

  constraints {
    encryption_context_subset = { "aws:s3:arn" = "${local.bucket_arn_prefix}${var.layer_buckets[each.value.layer]}" }
  }
}
