mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name        = "acme-ci-plan"
  description = "Plans"
  path        = "/ci/"
  issuer      = "token.actions.githubusercontent.com"
  subjects    = ["repo:acme/lake:pull_request", "repo:acme@1/lake@2:pull_request"]
  policy_arns = { read = "arn:aws:iam::123456789012:policy/read" }
}

run "trusts_exact_subjects_for_the_right_audience" {
  command = plan

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [{
      Sid       = "ExactSubjects"
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = ["sts.amazonaws.com"]
          "token.actions.githubusercontent.com:sub" = ["repo:acme/lake:pull_request", "repo:acme@1/lake@2:pull_request"]
        }
      }
    }]
    error_message = "only the subjects given, compared as they stand, with tokens meant for AWS"
  }

  assert {
    condition     = aws_iam_role.this.path == "/ci/" && aws_iam_role_policy_attachment.this["read"].policy_arn == "arn:aws:iam::123456789012:policy/read"
    error_message = "the role has the path and the policies given"
  }
}

run "trusts_exact_principals" {
  command = plan

  variables {
    issuer         = null
    subjects       = []
    principal_arns = ["arn:aws:iam::123456789012:user/ci/acme-ci"]
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [{
      Sid       = "ExactPrincipals"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:PrincipalArn" = ["arn:aws:iam::123456789012:user/ci/acme-ci"] } }
    }]
    error_message = "only the principals given, and no OIDC provider"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    name        = "acme ci"
    path        = "ci"
    issuer      = "https://token.actions.githubusercontent.com"
    policy_arns = {}
  }

  expect_failures = [var.name, var.path, var.issuer, var.policy_arns]
}

run "refuses_principals_with_wildcards" {
  command = plan

  variables {
    principal_arns = ["arn:aws:iam::123456789012:role/*"]
  }

  expect_failures = [var.principal_arns]
}

run "refuses_subjects_with_wildcards" {
  command = plan

  variables {
    subjects = ["repo:acme/*:pull_request"]
  }

  expect_failures = [var.subjects]
}

run "refuses_subjects_of_nobody" {
  command = plan

  variables {
    issuer = null
  }

  expect_failures = [var.subjects]
}

run "refuses_a_role_for_nobody" {
  command = plan

  variables {
    subjects = []
  }

  expect_failures = [var.principal_arns]
}
