mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }

  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::123456789012:policy/mock" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
}

variables {
  region               = "eu-west-1"
  account_id           = "123456789012"
  business             = "acme"
  state_bucket         = "acme-state-123456789012-eu-west-1"
  lock_table           = "acme-lock-123456789012-eu-west-1"
  key_alias            = "alias/acme-state-123456789012-eu-west-1"
  permissions_boundary = "acme-boundary-eu-west-1"
}

run "protects_state_by_default" {
  assert {
    condition     = aws_dynamodb_table.lock.hash_key == "LockID" && aws_dynamodb_table.lock.billing_mode == "PAY_PER_REQUEST"
    error_message = "the table is what the S3 backend expects, and costs nothing when idle"
  }

  assert {
    condition     = aws_dynamodb_table.lock.deletion_protection_enabled && aws_dynamodb_table.lock.point_in_time_recovery[0].enabled
    error_message = "the table cannot be deleted by mistake, and can be restored"
  }

  assert {
    condition     = aws_dynamodb_table.lock.server_side_encryption[0].enabled && aws_dynamodb_table.lock.server_side_encryption[0].kms_key_arn == module.state_key.arn
    error_message = "the table is encrypted with the stack's key"
  }

  assert {
    condition     = output.state_bucket == "acme-state-123456789012-eu-west-1" && output.lock_table == "acme-lock-123456789012-eu-west-1" && output.kms_key_arn == module.state_key.arn
    error_message = "the outputs are what backends need"
  }

  assert {
    condition     = length(output.ci_roles) == 0 && output.service_user == null && length(aws_iam_policy.ci) == 0 && length(aws_iam_openid_connect_provider.github) == 0
    error_message = "nobody gets a way in that was not asked for"
  }

  assert {
    condition     = aws_iam_policy.boundary.name == "acme-boundary-eu-west-1" && length(aws_iam_policy.boundary.policy) <= 6144
    error_message = "the boundary has the name that roles are told, and a size that IAM takes"
  }

  assert {
    condition = alltrue([
      for action in flatten(jsondecode(aws_iam_policy.boundary.policy).Statement[*].Action) :
      action == "ec2:Describe*" || can(regex("^[a-z0-9]+:[A-Za-z]+$", action)) && !can(regex("^(iam|sts|organizations|account):", action))
    ])
    error_message = "no role can ever touch identities, and no action is a pattern but EC2's questions"
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_policy.boundary.policy).Statement : statement.Resource if statement.Sid == "Objects"
    ]) == ["arn:aws:s3:::acme-*-*-123456789012-eu-west-1", "arn:aws:s3:::acme-*-*-123456789012-eu-west-1/*"]
    error_message = "roles reach the environments' buckets alone, not the one of the states"
  }
}

run "can_be_thrown_away_when_told_so" {
  command = plan

  variables {
    force_destroy       = true
    deletion_protection = false
  }

  assert {
    condition     = !aws_dynamodb_table.lock.deletion_protection_enabled
    error_message = "nothing holds a destroy back"
  }
}

run "lets_github_in_by_exact_subjects" {
  variables {
    github = { repository = "acme/lake", owner_id = "12", repository_id = "34", branch = "main", environment = "production" }
  }

  assert {
    condition     = aws_iam_openid_connect_provider.github[0].url == "https://token.actions.githubusercontent.com" && aws_iam_openid_connect_provider.github[0].client_id_list == toset(["sts.amazonaws.com"])
    error_message = "the provider is GitHub's, for tokens that are meant for AWS"
  }

  assert {
    condition = local.plan_subjects == [
      "repo:acme/lake:pull_request",
      "repo:acme/lake:ref:refs/heads/main",
      "repo:acme@12/lake@34:pull_request",
      "repo:acme@12/lake@34:ref:refs/heads/main",
    ]
    error_message = "pull requests and the branch plan, in both forms of a subject"
  }

  assert {
    condition     = local.apply_subjects == ["repo:acme/lake:environment:production", "repo:acme@12/lake@34:environment:production"]
    error_message = "only the environment applies, in both forms of a subject"
  }

  assert {
    condition     = keys(output.ci_roles) == ["apply", "plan"] && output.service_user == null && length(aws_iam_user.ci) == 0
    error_message = "the roles are there, and no user"
  }

  assert {
    condition = alltrue([for policy in aws_iam_policy.ci : length(policy.policy) <= 6144 && policy.path == "/ci/"]) && (
      length(local.plan_policies) + length(local.apply_policies) <= 10
    )
    error_message = "IAM takes 6,144 characters a policy and 10 policies a role"
  }

  assert {
    condition = alltrue([
      for action in flatten([for policy in aws_iam_policy.ci : jsondecode(policy.policy).Statement[*].Action]) :
      action == "ec2:Describe*" || can(regex("^[a-z0-9]+:[A-Za-z]+$", action))
    ])
    error_message = "no action is a pattern but EC2's questions"
  }

  assert {
    condition = alltrue([
      for action in flatten([for name in keys(local.plan_policies) : jsondecode(aws_iam_policy.ci[name].policy).Statement[*].Action]) :
      can(regex("^[a-z0-9]+:(Describe|Get|List)", action)) && action != "secretsmanager:GetSecretValue" || contains([
        "dynamodb:DeleteItem", "dynamodb:PutItem", "kms:Decrypt", "kms:GenerateDataKey", "s3:DeleteObject", "s3:PutObject",
      ], action)
    ])
    error_message = "a plan reads, no secret among it, and takes locks"
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_policy.ci["read-state"].policy).Statement : statement.Resource
      if length(setintersection(flatten([statement.Action]), ["s3:PutObject", "s3:DeleteObject"])) > 0
    ] == ["arn:aws:s3:::acme-state-123456789012-eu-west-1/*.tflock"]
    error_message = "a plan writes lock files, no state"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_policy.ci["write-roles"].policy).Statement :
      try(statement.Condition.StringEquals["iam:PermissionsBoundary"], "") == "arn:aws:iam::123456789012:policy/acme-boundary-eu-west-1"
      if statement.Effect == "Allow" && length(setintersection(flatten([statement.Action]), [
        "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy",
      ])) > 0
    ])
    error_message = "apply makes and changes roles only under the boundary"
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_policy.ci["write-roles"].policy).Statement : statement.Action if statement.Effect == "Deny"
      ])) == toset([
      "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:DeleteRolePermissionsBoundary",
      "iam:DeleteUserPermissionsBoundary", "iam:SetDefaultPolicyVersion",
    ])
    error_message = "apply can neither take the boundary off nor change it"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_policy.ci["write-roles"].policy).Statement :
      length(statement.Condition.StringEquals["iam:PassedToService"]) > 0 && statement.Resource == "arn:aws:iam::123456789012:role/acme-*-*"
      if contains(flatten([statement.Action]), "iam:PassRole")
    ])
    error_message = "apply hands roles to named services alone"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_policy.ci["write-network"].policy).Statement :
      try(statement.Condition.StringEquals["aws:ResourceTag/business"], statement.Condition.StringEquals["aws:RequestTag/business"], "") == "acme"
      if statement.Effect == "Allow" && !contains(["DisksAndInterfacesOfInstances", "AddressesOfInterfaces", "PublishedImages", "PrivateNamesOfEndpoints"], statement.Sid)
    ])
    error_message = "apply makes what it tags and touches what is tagged"
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_iam_policy.ci["read-lake"].policy).Statement : [for arn in statement.Resource : arn if strcontains(arn, "worker") || strcontains(arn, "etl")]
      if statement.Sid == "Uploads"
    ]) == ["arn:aws:s3:::acme-*-worker-123456789012-eu-west-1/samples/*"]
    error_message = "a plan reads samples of the worker, no data"
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_policy.ci["write-programs"].policy).Statement : [statement.Resource, try(statement.Condition.StringEquals, null)]
      if contains(flatten([statement.Action]), "ssm:StartSession")
      ] == [
      ["arn:aws:ec2:eu-west-1:123456789012:instance/*", { "ssm:resourceTag/business" = "acme" }],
      ["arn:aws:ssm:eu-west-1::document/AWS-StartSSHSession", null],
    ]
    error_message = "apply starts sessions on our hosts alone, and only such that carry ssh"
  }

  assert {
    condition = anytrue([
      for statement in jsondecode(aws_iam_policy.ci["write-state"].policy).Statement :
      statement.Effect == "Deny" && contains(statement.Action, "s3:PutObject") && statement.Resource == "arn:aws:s3:::acme-state-123456789012-eu-west-1/global/*.tfstate"
    ])
    error_message = "apply cannot write this stack's state"
  }
}

run "makes_a_user_without_a_key" {
  variables {
    service_user = true
  }

  assert {
    condition     = output.service_user == "acme-ci-eu-west-1" && keys(output.ci_roles) == ["apply", "plan"] && length(aws_iam_openid_connect_provider.github) == 0
    error_message = "the user and the roles are there, without GitHub"
  }

  assert {
    condition = jsondecode(aws_iam_group_policy.ci[0].policy).Statement == [{
      Sid      = "AssumeCiRoles"
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = ["arn:aws:iam::123456789012:role/ci/acme-ci-apply-eu-west-1", "arn:aws:iam::123456789012:role/ci/acme-ci-plan-eu-west-1"]
    }]
    error_message = "its group may assume the two roles and nothing else"
  }

  assert {
    condition     = aws_iam_user_group_membership.ci[0].groups == toset(["acme-ci-eu-west-1"]) && aws_iam_user.ci[0].path == "/ci/"
    error_message = "the user is in the group, out of what the apply role may change"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    region               = "Frankfurt"
    account_id           = "1234"
    business             = "Acme_Corp"
    state_bucket         = "Acme_State"
    lock_table           = "a b"
    key_alias            = "alias/aws/s3"
    permissions_boundary = "a/b"
    github               = { repository = "acme/*", owner_id = "12", repository_id = "34", branch = "main", environment = "production" }
  }

  expect_failures = [
    var.region, var.account_id, var.business, var.state_bucket, var.lock_table, var.key_alias, var.permissions_boundary, var.github,
  ]
}

run "lets_github_in_by_a_provider_of_the_accounts_own" {
  command = plan

  variables {
    github = { repository = "acme/lake", owner_id = "12", repository_id = "34", branch = "main", environment = "production", create_provider = false }
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0 && keys(output.ci_roles) == ["apply", "plan"]
    error_message = "the roles are there, the provider is left to whoever made it"
  }
}

run "refuses_github_ids_that_are_no_numbers" {
  command = plan

  variables {
    github = { repository = "acme/lake", owner_id = "acme", repository_id = "34", branch = "main", environment = "production" }
  }

  expect_failures = [var.github]
}

run "refuses_branches_with_wildcards" {
  command = plan

  variables {
    github = { repository = "acme/lake", owner_id = "12", repository_id = "34", branch = "*", environment = "production" }
  }

  expect_failures = [var.github]
}
