data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  role_name     = "${var.name}-crawler"
  account_scope = "${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}"
  bucket_arn    = "arn:${data.aws_partition.current.partition}:s3:::${var.bucket}"
  glue_arn      = "arn:${data.aws_partition.current.partition}:glue:${local.account_scope}"
  logs_arn      = "arn:${data.aws_partition.current.partition}:logs:${local.account_scope}:log-group:${aws_cloudwatch_log_group.crawler.name}"
}

resource "aws_iam_role" "crawler" {
  name                 = local.role_name
  description          = "Runs the Glue crawler ${var.name}"
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "glue.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # Glue serves every account: only on behalf of this one.
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "crawler" {
  name = "crawler"
  role = aws_iam_role.crawler.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid       = "ListPrefixes"
          Effect    = "Allow"
          Action    = ["s3:ListBucket"]
          Resource  = [local.bucket_arn]
          Condition = { StringLike = { "s3:prefix" = [for prefix in var.prefixes : "${prefix}*"] } }
        },
        {
          Sid      = "ReadPrefixes"
          Effect   = "Allow"
          Action   = ["s3:GetObject"]
          Resource = [for prefix in var.prefixes : "${local.bucket_arn}/${prefix}*"]
        },
        {
          Sid    = "ReadTables"
          Effect = "Allow"
          Action = [
            "glue:BatchGetPartition",
            "glue:GetDatabase",
            "glue:GetPartition",
            "glue:GetPartitions",
            "glue:GetTable",
            "glue:GetTables",
          ]
          Resource = ["${local.glue_arn}:catalog", "${local.glue_arn}:database/${var.database}", "${local.glue_arn}:table/${var.database}/*"]
        },
        {
          Sid    = "WriteOwnTables"
          Effect = "Allow"
          Action = [
            "glue:BatchCreatePartition",
            "glue:BatchUpdatePartition",
            "glue:CreateTable",
            "glue:UpdatePartition",
            "glue:UpdateTable",
          ]
          Resource = ["${local.glue_arn}:catalog", "${local.glue_arn}:database/${var.database}", "${local.glue_arn}:table/${var.database}/${var.table_prefix}*"]
        },
        {
          # Glue makes and encrypts the group itself, whether it is there already or not.
          Sid      = "WriteLog"
          Effect   = "Allow"
          Action   = ["logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = [local.logs_arn, "${local.logs_arn}:*"]
        },
      ],
      var.data_kms_key_arn == null ? [] : [{
        Sid       = "ReadEncrypted"
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = [var.data_kms_key_arn]
        Condition = { StringEquals = { "kms:ViaService" = ["s3.${data.aws_region.current.name}.amazonaws.com"] } }
      }],
    )
  })
}
