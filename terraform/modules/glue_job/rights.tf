locals {
  account_scope = "${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}"
  s3_arn        = "arn:${data.aws_partition.current.partition}:s3:::"
  logs_arn      = "arn:${data.aws_partition.current.partition}:logs:${local.account_scope}:log-group:${local.log_groups_in}/*" # the groups of this one job: Glue names them
  glue_arn      = "arn:${data.aws_partition.current.partition}:glue:${local.account_scope}"
  ec2_arn       = "arn:${data.aws_partition.current.partition}:ec2:${local.account_scope}"

  # What any run needs, whatever its script does.
  run_statements = concat(
    [
      {
        sid        = "ReadScript"
        actions    = ["s3:GetObject"]
        resources  = ["${local.s3_arn}${var.script.bucket}/${var.script.key}"]
        conditions = {}
      },
      {
        sid        = "WriteLogs"
        actions    = ["logs:CreateLogStream", "logs:PutLogEvents"]
        resources  = [local.logs_arn]
        conditions = {}
      },
      {
        sid        = "PublishMetrics"
        actions    = ["cloudwatch:PutMetricData"]
        resources  = ["*"] # the action knows no resources; the condition limits it
        conditions = { StringEquals = { "cloudwatch:namespace" = ["Glue"] } }
      },
    ],
    # With a security configuration Glue makes and encrypts the groups itself, whether they are there already or not.
    var.security_configuration == null ? [] : [{
      sid        = "EncryptLogs"
      actions    = ["logs:AssociateKmsKey", "logs:CreateLogGroup"]
      resources  = [local.logs_arn]
      conditions = {}
    }],
    var.temporary == null ? [] : [
      {
        # On the whole bucket: under a condition on s3:prefix, S3 answers HEAD of a missing key with 403 instead of 404,
        # and Spark asks for a folder by a HEAD before it writes there.
        sid        = "ListTemporary"
        actions    = ["s3:ListBucket"]
        resources  = ["${local.s3_arn}${var.temporary.bucket}"]
        conditions = {}
      },
      {
        sid        = "UseTemporary"
        actions    = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        resources  = ["${local.s3_arn}${var.temporary.bucket}/${var.temporary.prefix}*"]
        conditions = {}
      },
    ],
    var.data_kms_key_arn == null ? [] : [{
      sid        = "UseDataKey"
      actions    = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources  = [var.data_kms_key_arn]
      conditions = { StringEquals = { "kms:ViaService" = ["s3.${data.aws_region.current.name}.amazonaws.com"] } }
    }],
    var.bookmark == "disable" ? [] : [{
      sid        = "UseBookmark"
      actions    = ["glue:GetJobBookmark", "glue:UpdateJobBookmark"]
      resources  = ["*"] # Glue asks for them without a resource
      conditions = {}
    }],
    var.bookmark == "disable" || var.kms_key_arn == null ? [] : [{
      sid        = "EncryptBookmark"
      actions    = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
      resources  = [var.kms_key_arn]
      conditions = {}
    }],
  )
}
