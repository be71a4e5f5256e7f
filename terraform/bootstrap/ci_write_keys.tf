# Keys have ids, not names: whose a key is, its tags say. The states' key is this stack's, and left alone.
locals {
  our_keys = {
    StringEquals    = { "aws:ResourceTag/business" = var.business }
    StringNotEquals = { "aws:ResourceTag/stack" = "bootstrap" }
  }

  write_key_statements = [
    {
      Sid       = "MakeKeys"
      Effect    = "Allow"
      Action    = "kms:CreateKey"
      Resource  = "*" # a key has no ARN before it is made
      Condition = { StringEquals = { "aws:RequestTag/business" = var.business } }
    },
    {
      # A new key has no tags yet: IfExists. What another business or this stack has tagged is refused. KMS has no
      # condition that tells a new key from an old one without tags: the role could claim such a key, and then change
      # its policy or schedule its deletion. The README says what to do: tag the account's other keys.
      Sid      = "NameKeys"
      Effect   = "Allow"
      Action   = "kms:TagResource"
      Resource = "${local.in_region.kms}:key/*" # keys have no names
      Condition = {
        StringEquals            = { "aws:RequestTag/business" = var.business }
        StringEqualsIfExists    = { "aws:ResourceTag/business" = var.business }
        StringNotEqualsIfExists = { "aws:ResourceTag/stack" = "bootstrap" }
      }
    },
    {
      Sid    = "ChangeKeys"
      Effect = "Allow"
      Action = [
        "kms:CancelKeyDeletion",
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:EnableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ]
      Resource  = "${local.in_region.kms}:key/*" # keys have no names; their tags say whose they are
      Condition = local.our_keys
    },
    {
      Sid      = "Aliases"
      Effect   = "Allow"
      Action   = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"]
      Resource = "${local.in_region.kms}:alias/${var.business}-*-*" # names of our environments
    },
    {
      # The lake's readers: to decrypt what lies in one bucket, and nothing else.
      Sid      = "GrantReading"
      Effect   = "Allow"
      Action   = "kms:CreateGrant"
      Resource = "${local.in_region.kms}:key/*" # keys have no names; their tags say whose they are
      Condition = merge(local.our_keys, {
        "ForAllValues:StringEquals" = { "kms:GrantOperations" = ["Decrypt"] }
        StringEquals = {
          "aws:ResourceTag/business" = var.business
          "kms:GrantConstraintType"  = "EncryptionContextSubset"
        }
      })
    },
    {
      Sid       = "RevokeReading"
      Effect    = "Allow"
      Action    = "kms:RevokeGrant"
      Resource  = "${local.in_region.kms}:key/*" # keys have no names; their tags say whose they are
      Condition = local.our_keys
    },
    {
      # Services use a key with the caller's rights when they store what the caller gives them.
      Sid    = "UseKeysThroughServices"
      Effect = "Allow"
      Action = [
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ]
      Resource = "${local.in_region.kms}:key/*" # keys have no names; their tags say whose they are
      Condition = merge(local.our_keys, {
        StringEquals = {
          "aws:ResourceTag/business" = var.business
          "kms:ViaService" = [
            for service in ["ec2", "lambda", "s3", "scheduler", "secretsmanager", "sns", "sqs"] : "${service}.${var.region}.amazonaws.com"
          ]
        }
      })
    },
  ]
}
