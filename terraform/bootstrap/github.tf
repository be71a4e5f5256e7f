locals {
  github_issuer = "token.actions.githubusercontent.com"

  # GitHub writes the ids into the subjects of repositories made, renamed or transferred after 2026-07-15 and leaves
  # them out for older ones.
  github_subjects = var.github == null ? [] : [
    "repo:${var.github.repository}",
    join("", [
      "repo:${split("/", var.github.repository)[0]}@${var.github.owner_id}",
      "/${split("/", var.github.repository)[1]}@${var.github.repository_id}",
    ]),
  ]

  plan_subjects = flatten([
    for subject in local.github_subjects : ["${subject}:pull_request", "${subject}:ref:refs/heads/${var.github.branch}"]
  ])

  apply_subjects = [for subject in local.github_subjects : "${subject}:environment:${var.github.environment}"]
}

# An account takes one provider an address, so another project may have made it. Without thumbprints: AWS trusts
# GitHub's certificate by its own list of authorities.
resource "aws_iam_openid_connect_provider" "github" {
  count = try(var.github.create_provider, false) ? 1 : 0

  url            = "https://${local.github_issuer}"
  client_id_list = ["sts.amazonaws.com"]
}
