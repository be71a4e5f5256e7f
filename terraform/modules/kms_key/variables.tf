variable "alias" {
  description = "Alias of the key, with its \"alias/\"."
  type        = string

  validation {
    condition     = can(regex("^alias/[A-Za-z0-9/_-]{1,250}$", var.alias)) && !startswith(var.alias, "alias/aws/")
    error_message = "alias must be \"alias/\" and letters, digits, slashes, hyphens and underscores, not below alias/aws/, got \"${var.alias}\"."
  }
}

variable "description" {
  description = "What the key encrypts."
  type        = string
}

variable "deletion_protection" {
  description = "Whether a deletion of the key can be called off for 30 days, instead of 7."
  type        = bool
  default     = true
}

variable "service_grants" {
  description = "AWS services that use the key in their own name, by a name of the grant's own. Without conditions a service may do so only on behalf of this account."
  type = map(object({
    principal  = string
    actions    = list(string)
    conditions = optional(map(map(list(string))), {})
  }))
  default = {}

  validation {
    condition     = alltrue([for grant in var.service_grants : can(regex("^[a-z0-9-]+(\\.[a-z0-9-]+)?\\.amazonaws\\.com(\\.cn)?$", grant.principal))])
    error_message = "service_grants must name AWS services such as \"logs.eu-west-1.amazonaws.com\" as principals, got \"${join("\", \"", [for grant in var.service_grants : grant.principal])}\"."
  }

  validation {
    condition     = alltrue([for action in flatten([for grant in var.service_grants : grant.actions]) : can(regex("^kms:[A-Za-z]+$", action))])
    error_message = "service_grants must name actions of KMS without wildcards, such as \"kms:Decrypt\", got \"${join("\", \"", flatten([for grant in var.service_grants : grant.actions]))}\"."
  }

  validation {
    condition     = alltrue([for name in keys(var.service_grants) : can(regex("^[A-Za-z0-9]+$", name))])
    error_message = "service_grants must have names of letters and digits alone, such as \"Logs\": they become statement ids, got \"${join("\", \"", keys(var.service_grants))}\"."
  }
}
