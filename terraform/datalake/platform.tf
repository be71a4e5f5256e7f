module "platform_bucket" {
  source   = "../modules/bucket"
  for_each = var.platform_buckets

  name          = each.value
  force_destroy = var.force_destroy
}
