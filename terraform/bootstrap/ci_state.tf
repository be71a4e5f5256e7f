locals {
  state_bucket_arn = "arn:${local.partition}:s3:::${var.state_bucket}"
  lock_table_arn   = "${local.in_region.dynamodb}:table/${var.lock_table}"

  # A plan takes the lock: the lock file beside the state, and an entry of the table.
  read_state_statements = [
    {
      Sid      = "ListStates"
      Effect   = "Allow"
      Action   = "s3:ListBucket"
      Resource = local.state_bucket_arn
    },
    {
      Sid      = "ReadStates"
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "${local.state_bucket_arn}/*"
    },
    {
      Sid      = "LockFiles"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject", "s3:PutObject"]
      Resource = "${local.state_bucket_arn}/*.tflock"
    },
    {
      Sid      = "ReadLocks"
      Effect   = "Allow"
      Action   = ["dynamodb:DescribeTable", "dynamodb:GetItem"]
      Resource = local.lock_table_arn
    },
    {
      # Entries named for a state are locks; those that end in -md5 are the states' checksums.
      Sid       = "Locks"
      Effect    = "Allow"
      Action    = ["dynamodb:DeleteItem", "dynamodb:PutItem"]
      Resource  = local.lock_table_arn
      Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["${var.state_bucket}/*.tfstate"] } }
    },
    {
      Sid       = "StateKey"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = "${local.in_region.kms}:key/*" # a key has no name but its alias
      Condition = { "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = [var.key_alias] } }
    },
  ]

  write_state_statements = [
    {
      Sid      = "WriteStates"
      Effect   = "Allow"
      Action   = ["s3:DeleteObject", "s3:PutObject"]
      Resource = "${local.state_bucket_arn}/*"
    },
    {
      Sid       = "WriteChecksums"
      Effect    = "Allow"
      Action    = ["dynamodb:DeleteItem", "dynamodb:PutItem"]
      Resource  = local.lock_table_arn
      Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["${var.state_bucket}/*-md5"] } }
    },
    {
      # This stack says what the role may do, so the role has no say in it.
      Sid      = "NotThisStack"
      Effect   = "Deny"
      Action   = ["s3:DeleteObject", "s3:PutObject"]
      Resource = "${local.state_bucket_arn}/global/*.tfstate"
    },
  ]
}
