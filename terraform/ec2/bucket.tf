module "worker_bucket" {
  source = "../modules/bucket"

  name          = var.worker_bucket
  force_destroy = var.force_destroy
}
