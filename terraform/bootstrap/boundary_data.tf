locals {
  boundary_data = [
    {
      Sid    = "Objects"
      Effect = "Allow"
      Action = [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ]
      Resource = [local.ours.buckets, "${local.ours.buckets}/*"]
    },
    {
      Sid    = "Keys"
      Effect = "Allow"
      Action = [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ]
      Resource = "${local.in_region.kms}:key/*" # keys have no names
    },
    {
      Sid    = "Catalog"
      Effect = "Allow"
      Action = [
        "glue:BatchCreatePartition",
        "glue:BatchDeletePartition",
        "glue:BatchGetPartition",
        "glue:BatchUpdatePartition",
        "glue:CreatePartition",
        "glue:CreateTable",
        "glue:DeletePartition",
        "glue:GetDatabase",
        "glue:GetDatabases",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:GetTable",
        "glue:GetTables",
        "glue:GetTableVersions",
        "glue:UpdatePartition",
        "glue:UpdateTable",
      ]
      Resource = concat(local.catalog, ["${local.in_region.glue}:database/default"]) # Spark asks whether there is a default
    },
    {
      Sid    = "Jobs"
      Effect = "Allow"
      Action = [
        "glue:GetConnection",
        "glue:GetConnections",
        "glue:GetWorkflowRunProperties",
        "glue:PutWorkflowRunProperties",
      ]
      Resource = [
        "${local.in_region.glue}:catalog",
        "${local.in_region.glue}:connection/${var.business}-*-*", # names of our environments
        "${local.in_region.glue}:job/${var.business}-*-*",        # names of our environments
        "${local.in_region.glue}:workflow/${var.business}-*-*",   # names of our environments
      ]
    },
    {
      Sid    = "LakeBookmarksAndSecurityConfigurations"
      Effect = "Allow"
      Action = [
        "glue:GetJobBookmark",
        "glue:GetSecurityConfiguration",
        "glue:ResetJobBookmark",
        "lakeformation:GetDataAccess",
      ]
      Resource = "*" # these actions know no resources
    },
    {
      Sid      = "Secrets"
      Effect   = "Allow"
      Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
      Resource = local.ours.secrets
    },
  ]
}
