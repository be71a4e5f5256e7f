module "state_key" {
  source = "../modules/kms_key"

  alias               = var.key_alias
  description         = "Terraform state and locks of ${var.business}"
  deletion_protection = var.deletion_protection
}

# Accounts set up before the key had a module keep it.
moved {
  from = aws_kms_key.state
  to   = module.state_key.aws_kms_key.this
}

moved {
  from = aws_kms_alias.state
  to   = module.state_key.aws_kms_alias.this
}
