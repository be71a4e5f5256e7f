resource "aws_secretsmanager_secret" "jdbc" {
  # checkov:skip=CKV2_AWS_57:the database is not ours: whoever runs it changes the password there and here
  count = local.jdbc_count

  name                    = "${var.name_prefix}-jdbc"
  description             = "User and password of the database that is copied into raw"
  kms_key_id              = module.key.arn
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

# The password is made at the moment it is written, 122 random bits, and kept by Secrets Manager alone: write-only, it is
# in no state, no plan and no argument. Terraform writes it once, so whoever replaces it is not overwritten.
resource "aws_secretsmanager_secret_version" "jdbc" {
  count = local.jdbc_count

  secret_id                = aws_secretsmanager_secret.jdbc[0].id
  secret_string_wo         = jsonencode({ username = var.jdbc.user, password = uuid() })
  secret_string_wo_version = 1
}
