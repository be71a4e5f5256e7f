module "layer_bucket" {
  source   = "../modules/bucket"
  for_each = var.layer_buckets

  name          = each.value
  force_destroy = var.force_destroy
}
