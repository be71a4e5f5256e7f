module "platform_bucket" {
  # checkov:skip=CKV_AWS_19:the module always names an algorithm; checkov cannot follow the key to it through local.kms_key_arn
  # checkov:skip=CKV_AWS_145:"encryption" decides: kms, or sse-s3, which costs nothing
  source   = "../modules/bucket"
  for_each = var.platform_buckets

  name          = each.value
  force_destroy = var.force_destroy
  kms_key_arn   = local.kms_key_arn
  access_log    = { bucket = module.helper_bucket.name, prefix = "${local.access_log_prefix}${each.key}/" }
}
