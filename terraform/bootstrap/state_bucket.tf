# trivy:ignore:AWS-0089 who reads or writes a state needs the key, and CloudTrail tells who used it
module "state_bucket" {
  source = "../modules/bucket"

  name                = var.state_bucket
  force_destroy       = var.force_destroy
  kms_key_arn         = module.state_key.arn
  noncurrent_days     = 365
  noncurrent_versions = 10 # the way back from a broken state, however long ago it was written
}
