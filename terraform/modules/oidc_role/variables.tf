variable "name" {
  description = "Name of the role."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "name must be 1 to 64 letters, digits and characters of +=,.@_-, got \"${var.name}\" (${length(var.name)} characters)."
  }
}

variable "description" {
  description = "What the role is for."
  type        = string
}

variable "policy_arns" {
  description = "ARNs of the managed policies that say what the role may do, by a name of one's own. IAM takes up to 10."
  type        = map(string)

  validation {
    condition     = length(var.policy_arns) >= 1 && length(var.policy_arns) <= 10
    error_message = "policy_arns must be 1 to 10 policies, got ${length(var.policy_arns)}."
  }
}

variable "path" {
  description = "IAM path of the role, beginning and ending with a slash."
  type        = string
  default     = "/"

  validation {
    condition     = can(regex("^/([A-Za-z0-9._-]+/)*$", var.path))
    error_message = "path must begin and end with a slash, such as \"/ci/\", got \"${var.path}\"."
  }
}

variable "issuer" {
  description = "Host of the account's OIDC provider whose tokens the role takes, such as \"token.actions.githubusercontent.com\". Null when there are no subjects."
  type        = string
  default     = null

  validation {
    condition     = var.issuer == null || can(regex("^[a-z0-9.-]+\\.[a-z]+(/[A-Za-z0-9._-]+)*$", var.issuer))
    error_message = "issuer must be null or a host without https://, such as \"token.actions.githubusercontent.com\", got \"${coalesce(var.issuer, "null")}\"."
  }
}

variable "subjects" {
  description = "Subjects (`sub`) of the tokens that may assume the role: each exact, no wildcards."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for subject in var.subjects : can(regex("^[^*?\\s]+$", subject))])
    error_message = "subjects must be exact, without *, ? and spaces, got \"${join("\", \"", var.subjects)}\"."
  }

  validation {
    condition     = length(var.subjects) == 0 || var.issuer != null
    error_message = "subjects need an issuer, got \"${join("\", \"", var.subjects)}\" without one."
  }
}

variable "principal_arns" {
  description = "ARNs of IAM users and roles of this account that may assume the role too: each exact, no wildcards."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.principal_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/[^*?]+$", arn))])
    error_message = "principal_arns must be ARNs of IAM users or roles without wildcards, got \"${join("\", \"", var.principal_arns)}\"."
  }

  validation {
    condition     = length(var.principal_arns) + length(var.subjects) > 0
    error_message = "principal_arns or subjects must name somebody who may assume the role, got ${length(var.principal_arns) + length(var.subjects)} of both."
  }
}
