module "state_bucket" {
  source = "../modules/bucket"

  name          = var.state_bucket
  force_destroy = var.force_destroy
  kms_key_arn   = aws_kms_key.state.arn
}
