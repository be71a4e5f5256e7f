locals {
  write_lake_statements = [
    {
      Sid    = "Buckets"
      Effect = "Allow"
      Action = [
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:PutBucketLogging",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:TagResource",
        "s3:UntagResource",
      ]
      Resource = local.ours.buckets
    },
    {
      Sid    = "Uploads"
      Effect = "Allow"
      Action = [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:PutObject",
        "s3:PutObjectTagging",
      ]
      Resource = local.uploads
    },
    {
      # A deploy proves itself by files of its own in the worker's bucket.
      Sid    = "Proof"
      Effect = "Allow"
      Action = ["s3:GetObject", "s3:PutObject"]
      Resource = [
        for folder in ["input/millrace-proof", "output/millrace-proof", "errors/millrace-proof", "millrace-probe"] :
        "${local.uploads_to.worker}/${folder}/*"
      ]
    },
    {
      # For force_destroy and the proof. Not the layers: a bucket with data in it is emptied, and so destroyed, by a person.
      Sid      = "EmptyWorkerBucket"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
      Resource = "${local.uploads_to.worker}/*"
    },
    {
      Sid      = "ListVersions"
      Effect   = "Allow"
      Action   = "s3:ListBucketVersions"
      Resource = local.ours.buckets
    },
    {
      Sid    = "Catalog"
      Effect = "Allow"
      Action = [
        "glue:CreateDatabase",
        "glue:CreateTable",
        "glue:DeleteDatabase",
        "glue:DeleteTable",
        "glue:UpdateDatabase",
        "glue:UpdateTable",
      ]
      Resource = concat(local.catalog, ["${local.in_region.glue}:userDefinedFunction/${local.database_prefix}_*_*"]) # they go with their database
    },
    {
      Sid    = "Workflow"
      Effect = "Allow"
      Action = [
        "glue:CreateConnection",
        "glue:CreateJob",
        "glue:CreateTrigger",
        "glue:CreateWorkflow",
        "glue:DeleteConnection",
        "glue:DeleteCrawler",
        "glue:DeleteJob",
        "glue:DeleteTrigger",
        "glue:DeleteWorkflow",
        "glue:StartTrigger",
        "glue:StopCrawler",
        "glue:StopTrigger",
        "glue:TagResource",
        "glue:UntagResource",
        "glue:UpdateConnection",
        "glue:UpdateCrawler",
        "glue:UpdateJob",
        "glue:UpdateTrigger",
        "glue:UpdateWorkflow",
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
        "glue:CreateCrawler",
        "glue:CreateSecurityConfiguration",
        "glue:DeleteSecurityConfiguration",
        "lakeformation:DeregisterResource",
        "lakeformation:GrantPermissions",
        "lakeformation:PutDataLakeSettings",
        "lakeformation:RegisterResource",
        "lakeformation:RevokePermissions",
        "lakeformation:UpdateResource",
      ]
      Resource = "*" # these actions know no resources
    },
    {
      Sid    = "Workgroups"
      Effect = "Allow"
      Action = [
        "athena:CreateWorkGroup",
        "athena:DeleteWorkGroup",
        "athena:TagResource",
        "athena:UntagResource",
        "athena:UpdateWorkGroup",
      ]
      Resource = local.ours.workgroups
    },
  ]
}
