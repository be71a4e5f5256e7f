variable "region" {
  description = "AWS region the stack lives in, such as \"eu-west-1\"."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[1-9]$", var.region))
    error_message = "region must be an AWS region code such as \"eu-west-1\", got \"${var.region}\"."
  }
}

variable "account_id" {
  description = "AWS account the stack lives in. Credentials of any other account are refused."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be the 12 digits of an AWS account, got \"${var.account_id}\"."
  }
}

variable "business" {
  description = "Name of the business that owns the estate, first part of every name and a tag on every resource."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.business)) && length(var.business) <= 24
    error_message = "business must be at most 24 lower case letters, digits and single hyphens, beginning with a letter, got \"${var.business}\"."
  }
}

variable "state_bucket" {
  description = "Name of the bucket that keeps the state of every stack in the account and region."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.state_bucket))
    error_message = "state_bucket must be 3 to 63 lower case letters, digits and hyphens, got \"${var.state_bucket}\" (${length(var.state_bucket)} characters)."
  }
}

variable "lock_table" {
  description = "Name of the DynamoDB table that locks states, next to the lock file in the bucket."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{3,255}$", var.lock_table))
    error_message = "lock_table must be 3 to 255 letters, digits, hyphens, dots and underscores, got \"${var.lock_table}\"."
  }
}

variable "key_alias" {
  description = "Alias of the KMS key that encrypts state and locks, with its \"alias/\"."
  type        = string

  validation {
    condition     = can(regex("^alias/[A-Za-z0-9/_-]{1,250}$", var.key_alias)) && !startswith(var.key_alias, "alias/aws/")
    error_message = "key_alias must be \"alias/\" and letters, digits, slashes, hyphens and underscores, not below alias/aws/, got \"${var.key_alias}\"."
  }
}

variable "permissions_boundary" {
  description = "Name of the managed policy that bounds every role of the other stacks."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,128}$", var.permissions_boundary))
    error_message = "permissions_boundary must be 1 to 128 letters, digits and characters of +=,.@_-, got \"${var.permissions_boundary}\"."
  }
}

variable "github" {
  description = "GitHub repository whose workflows may assume the CI roles: plan on pull requests and on the branch, apply in the environment. The ids are GitHub's numbers of owner and repository. Without create_provider the account's own OIDC provider for GitHub serves. Null for none of it."
  type = object({
    repository      = string
    owner_id        = string
    repository_id   = string
    branch          = string
    environment     = string
    create_provider = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.github == null ? true : can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github.repository))
    error_message = "github.repository must be \"OWNER/NAME\", got ${jsonencode(var.github)}."
  }

  validation {
    condition     = var.github == null ? true : alltrue([for id in [var.github.owner_id, var.github.repository_id] : can(regex("^[0-9]+$", id))])
    error_message = "github.owner_id and github.repository_id must be numbers, as \"gh api repos/OWNER/NAME --jq '.owner.id, .id'\" prints them, got ${jsonencode(var.github)}."
  }

  validation {
    condition     = var.github == null ? true : alltrue([for name in [var.github.branch, var.github.environment] : can(regex("^[A-Za-z0-9._/-]+$", name))])
    error_message = "github.branch and github.environment must be letters, digits, dots, slashes, hyphens and underscores, without wildcards, got ${jsonencode(var.github)}."
  }
}

variable "service_user" {
  description = "Whether there is an IAM user, without a key, for a CI service that has no OIDC: it may assume the CI roles and nothing else."
  type        = bool
  default     = false
}

variable "force_destroy" {
  description = "Whether destroying the state bucket also deletes every version of every state in it."
  type        = bool
  default     = false
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the lock table, and the KMS key waits 30 days for its deletion instead of 7."
  type        = bool
  default     = true
}
