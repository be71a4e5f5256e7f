locals {
  worker_bucket_arn   = "arn:${local.partition}:s3:::${var.worker_bucket}"
  worker_key_is_alias = var.worker_key != null && startswith(coalesce(var.worker_key, "-"), "alias/")

  # What the worker's own role may do with its bucket (stack ec2), for the job that does the worker's work.
  worker_statements = concat(
    [
      {
        sid        = "ListWorkerBucket"
        actions    = ["s3:ListBucket"]
        resources  = [local.worker_bucket_arn]
        conditions = {}
      },
      {
        sid        = "TakeInput"
        actions    = ["s3:DeleteObject", "s3:GetObject"]
        resources  = ["${local.worker_bucket_arn}/input/*"]
        conditions = {}
      },
      {
        sid        = "PutResults"
        actions    = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        resources  = ["${local.worker_bucket_arn}/errors/*", "${local.worker_bucket_arn}/output/*"]
        conditions = {}
      },
    ],
    [for key in var.worker_key[*] : {
      sid       = "UseWorkerKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = local.worker_key_is_alias ? ["arn:${local.partition}:kms:${var.region}:${var.account_id}:key/*"] : [key] # stack ec2 may not have made the key yet: the alias below names it
      conditions = merge(
        { StringEquals = { "kms:ViaService" = ["s3.${var.region}.amazonaws.com"] } },
        local.worker_key_is_alias ? { "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = [key] } } : {},
      )
    }],
  )
}
