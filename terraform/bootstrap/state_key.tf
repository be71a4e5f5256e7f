data "aws_partition" "current" {}

resource "aws_kms_key" "state" {
  description             = "Terraform state and locks of ${var.business}"
  enable_key_rotation     = true
  deletion_window_in_days = var.deletion_protection ? 30 : 7

  # The account decides by IAM who may use the key, which is also what keeps it manageable.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AccountDecidesByIam"
      Effect    = "Allow"
      Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${var.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*" # a key policy speaks of its own key only
    }]
  })
}

resource "aws_kms_alias" "state" {
  name          = var.key_alias
  target_key_id = aws_kms_key.state.key_id
}
