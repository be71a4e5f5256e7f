# What a refresh of every stack asks, this one included. No data: objects only where Terraform itself uploads them,
# and no secret's value.
locals {
  read_account_statements = [
    {
      Sid    = "Lists"
      Effect = "Allow"
      Action = [
        "cloudwatch:DescribeAlarms",
        "ec2:Describe*", # all of EC2's questions: they change nothing
        "kms:ListAliases",
        "logs:DescribeLogGroups",
        "logs:DescribeMetricFilters",
      ]
      Resource = "*" # lists: what they are filtered by is no resource
    },
    {
      Sid      = "Images"
      Effect   = "Allow"
      Action   = "ssm:GetParameter"
      Resource = "arn:${local.partition}:ssm:${var.region}::parameter/aws/service/ami-amazon-linux-latest/*" # AWS's public list
    },
    {
      Sid    = "Identities"
      Effect = "Allow"
      Action = [
        "iam:GetGroup",
        "iam:GetGroupPolicy",
        "iam:GetInstanceProfile",
        "iam:GetOpenIDConnectProvider",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:GetUser",
        "iam:ListAttachedGroupPolicies",
        "iam:ListAttachedRolePolicies",
        "iam:ListGroupsForUser",
        "iam:ListInstanceProfilesForRole",
        "iam:ListPolicyVersions",
        "iam:ListRolePolicies",
      ]
      Resource = [
        local.ours.instance_profiles,
        local.ours.roles,
        "${local.iam}:group${local.ci_path}*", # this stack's own, all below its path
        "${local.iam}:oidc-provider/${local.github_issuer}",
        "${local.iam}:policy${local.ci_path}*", # as above
        "${local.iam}:policy/${var.permissions_boundary}",
        "${local.iam}:role${local.ci_path}*", # as above
        "${local.iam}:user${local.ci_path}*", # as above
      ]
    },
    {
      Sid    = "Keys"
      Effect = "Allow"
      Action = [
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListGrants",
        "kms:ListResourceTags",
      ]
      Resource = "${local.in_region.kms}:key/*" # keys have no names
    },
    {
      Sid    = "LockTable"
      Effect = "Allow"
      Action = [
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTable",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource",
      ]
      Resource = local.lock_table_arn
    },
    {
      Sid    = "Programs"
      Effect = "Allow"
      Action = [
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetFunctionConcurrency",
        "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionEventInvokeConfig",
        "lambda:GetPolicy",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
        "scheduler:GetSchedule",
        "scheduler:GetScheduleGroup",
        "scheduler:ListTagsForResource",
        "sns:GetSubscriptionAttributes",
        "sns:GetTopicAttributes",
        "sns:ListTagsForResource",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ListQueueTags",
        "cloudwatch:ListTagsForResource",
        "logs:ListTagsForResource",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetResourcePolicy",
      ]
      Resource = [
        local.ours.alarms,
        local.ours.functions,
        "${local.ours.functions}:*",
        local.ours.log_groups,
        local.ours.queues,
        local.ours.schedule_groups,
        local.ours.schedules,
        local.ours.secrets,
        local.ours.topics,
      ]
    },
  ]
}
