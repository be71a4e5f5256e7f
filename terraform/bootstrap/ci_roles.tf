locals {
  has_ci  = var.github != null || var.service_user
  ci_path = "/ci/" # keeps the roles out of what the apply role itself may change

  ci_role_names = {
    plan  = "${var.business}-ci-plan-${var.region}"
    apply = "${var.business}-ci-apply-${var.region}"
  }

  # Each is a managed policy of its own: IAM takes 6,144 characters a policy and 10 policies a role.
  plan_policies = {
    read-account = local.read_account_statements
    read-lake    = local.read_lake_statements
    read-state   = local.read_state_statements
  }

  apply_policies = {
    write-state    = local.write_state_statements
    write-roles    = local.write_role_statements
    write-network  = local.write_network_statements
    write-lake     = local.write_lake_statements
    write-programs = concat(local.write_program_statements, local.reach_host_statements)
    write-keys     = local.write_key_statements
  }
}

resource "aws_iam_policy" "ci" {
  for_each = {
    for name, statements in merge(local.plan_policies, local.apply_policies) :
    name => jsonencode({ Version = "2012-10-17", Statement = statements }) if local.has_ci
  }

  name        = "${var.business}-ci-${each.key}-${var.region}"
  path        = local.ci_path
  description = "CI of ${var.business}: ${each.key}"
  policy      = each.value
}

module "ci_role" {
  source = "../modules/oidc_role"
  for_each = {
    for name, role in {
      plan = {
        description = "Plans every stack: reads what exists and takes the locks"
        subjects    = local.plan_subjects
        policies    = keys(local.plan_policies)
      }
      apply = {
        description = "Creates, changes and deletes what the stacks of the environments own"
        subjects    = local.apply_subjects
        policies    = concat(keys(local.plan_policies), keys(local.apply_policies))
      }
    } : name => role if local.has_ci
  }

  name           = local.ci_role_names[each.key]
  path           = local.ci_path
  description    = each.value.description
  issuer         = var.github == null ? null : try(trimprefix(aws_iam_openid_connect_provider.github[0].url, "https://"), local.github_issuer)
  subjects       = each.value.subjects
  principal_arns = var.service_user ? [local.service_user_arn] : []
  policy_arns    = { for name in each.value.policies : name => aws_iam_policy.ci[name].arn }
}
