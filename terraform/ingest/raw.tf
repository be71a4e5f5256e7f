locals {
  raw_arn = "arn:${data.aws_partition.current.partition}:s3:::${var.raw_bucket}"

  archive_prefix = "github/archive/"
  events_prefix  = "github/events/"
  events_state   = "${local.events_prefix}_state.json"

  raw_is_alias = var.raw_key != null && startswith(coalesce(var.raw_key, "-"), "alias/")

  # What functions may do with the key of the raw bucket, by function: none without a key.
  raw_key_statements = {
    for name in ["batch", "realtime"] :
    name => [for key in var.raw_key[*] : {
      sid       = "UseRawKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = local.raw_is_alias ? ["${local.arn.kms}:key/*"] : [key] # stack datalake may not have made the key yet: the alias below names it
      conditions = merge(
        { StringEquals = { "kms:ViaService" = ["s3.${var.region}.${data.aws_partition.current.dns_suffix}"] } },
        local.raw_is_alias ? { "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = [key] } } : {},
      )
    }]
  }
}
