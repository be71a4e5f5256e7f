locals {
  read_lake_statements = [
    {
      Sid    = "Buckets"
      Effect = "Allow"
      Action = [
        "s3:GetAccelerateConfiguration",
        "s3:GetBucketAcl",
        "s3:GetBucketCORS",
        "s3:GetBucketLocation",
        "s3:GetBucketLogging",
        "s3:GetBucketObjectLockConfiguration",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketRequestPayment",
        "s3:GetBucketTagging",
        "s3:GetBucketVersioning",
        "s3:GetBucketWebsite",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
        "s3:ListTagsForResource",
      ]
      Resource = [local.ours.buckets, local.state_bucket_arn]
    },
    {
      Sid      = "Uploads"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:GetObjectTagging"]
      Resource = local.uploads
    },
    {
      # The head of an object under KMS comes with its checksum only to who may decrypt it.
      Sid      = "UploadsUnderKms"
      Effect   = "Allow"
      Action   = "kms:Decrypt"
      Resource = "${local.in_region.kms}:key/*" # keys have no names; the tag says whose they are
      Condition = {
        StringEquals = {
          "aws:ResourceTag/business" = var.business
          "kms:ViaService"           = "s3.${var.region}.amazonaws.com"
        }
      }
    },
    {
      Sid    = "Catalog"
      Effect = "Allow"
      Action = [
        "glue:GetDatabase",
        "glue:GetPartitionIndexes",
        "glue:GetTable",
      ]
      Resource = local.catalog
    },
    {
      Sid    = "Workflow"
      Effect = "Allow"
      Action = [
        "glue:GetConnection",
        "glue:GetCrawler",
        "glue:GetJob",
        "glue:GetTags",
        "glue:GetTrigger",
        "glue:GetWorkflow",
      ]
      Resource = concat(
        ["${local.in_region.glue}:catalog", "${local.in_region.glue}:database/${local.database_prefix}_*_*"],                          # names of our environments
        [for type in ["connection", "crawler", "job", "trigger", "workflow"] : "${local.in_region.glue}:${type}/${var.business}-*-*"], # names of our environments
      )
    },
    {
      Sid    = "LakeFormationAndSecurityConfigurations"
      Effect = "Allow"
      Action = [
        "glue:GetSecurityConfiguration",
        "lakeformation:DescribeResource",
        "lakeformation:GetDataLakeSettings",
        "lakeformation:ListPermissions",
      ]
      Resource = "*" # these actions know no resources
    },
    {
      Sid      = "Workgroups"
      Effect   = "Allow"
      Action   = ["athena:GetWorkGroup", "athena:ListTagsForResource"]
      Resource = local.ours.workgroups
    },
  ]
}
