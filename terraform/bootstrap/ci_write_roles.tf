locals {
  boundary_arn = "${local.iam}:policy/${var.permissions_boundary}"

  write_role_statements = [
    {
      # Roles only under the boundary: whatever the role is given, it can do no more than that.
      Sid    = "BoundedRoles"
      Effect = "Allow"
      Action = [
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
      ]
      Resource  = local.ours.roles
      Condition = { StringEquals = { "iam:PermissionsBoundary" = local.boundary_arn } }
    },
    {
      Sid    = "Names"
      Effect = "Allow"
      Action = [
        "iam:AddRoleToInstanceProfile",
        "iam:CreateInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:TagInstanceProfile",
        "iam:TagRole",
        "iam:UntagInstanceProfile",
        "iam:UntagRole",
      ]
      Resource = [local.ours.instance_profiles, local.ours.roles]
    },
    {
      Sid      = "HandRolesToServices"
      Effect   = "Allow"
      Action   = "iam:PassRole"
      Resource = local.ours.roles
      Condition = {
        StringEquals = {
          "iam:PassedToService" = [
            "ec2.amazonaws.com",
            "glue.amazonaws.com",
            "lakeformation.amazonaws.com",
            "lambda.amazonaws.com",
            "scheduler.amazonaws.com",
            "vpc-flow-logs.amazonaws.com",
          ]
        }
      }
    },
    {
      Sid      = "NeverWithoutBoundary"
      Effect   = "Deny"
      Action   = ["iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"]
      Resource = "*" # from nobody's role
    },
    {
      Sid    = "NeverTheBoundaryItself"
      Effect = "Deny"
      Action = [
        "iam:CreatePolicyVersion",
        "iam:DeletePolicy",
        "iam:DeletePolicyVersion",
        "iam:SetDefaultPolicyVersion",
      ]
      Resource = [local.boundary_arn, "${local.iam}:policy${local.ci_path}*"]
    },
  ]
}
