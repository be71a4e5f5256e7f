locals {
  token_statements = concat(
    [for secret in var.token_secret[*] : {
      sid        = "ReadToken"
      actions    = ["secretsmanager:GetSecretValue"]
      resources  = [secret.arn]
      conditions = {}
    }],
    # With AWS's own key Secrets Manager needs no right of the reader's.
    [for key in try(var.token_secret.key, null)[*] : {
      sid        = "DecryptToken"
      actions    = ["kms:Decrypt"]
      resources  = [key]
      conditions = { StringEquals = { "kms:ViaService" = ["secretsmanager.${var.region}.${data.aws_partition.current.dns_suffix}"] } }
    }],
  )
}
