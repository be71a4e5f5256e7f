# Lake Formation takes it on to read and write the layers in the name of whoever has a grant.
resource "aws_iam_role" "lake_formation" {
  count = var.lake_formation ? 1 : 0

  name                 = "${var.name_prefix}-lake-formation"
  description          = "Lake Formation's way to the layers of ${var.name_prefix}"
  permissions_boundary = local.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lakeformation.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "lake_formation" {
  count = var.lake_formation ? 1 : 0

  name = "layers"
  role = aws_iam_role.lake_formation[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ListLayers"
          Effect   = "Allow"
          Action   = "s3:ListBucket"
          Resource = [for name in values(var.layer_buckets) : "${local.bucket_arn_prefix}${name}"]
        },
        {
          Sid      = "UseLayers"
          Effect   = "Allow"
          Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
          Resource = [for name in values(var.layer_buckets) : "${local.bucket_arn_prefix}${name}/*"]
        },
      ],
      local.encrypts_with_kms ? [{
        Sid      = "UseKey"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = [local.kms_key_arn]
      }] : [],
    )
  })
}

locals {
  permissions_boundary_arn = var.permissions_boundary == null ? null : "arn:${data.aws_partition.current.partition}:iam::${var.account_id}:policy/${var.permissions_boundary}"
}
