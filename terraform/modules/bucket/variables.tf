variable "name" {
  description = "Name of the bucket, unique in all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 63 lower case letters, digits and hyphens, beginning and ending with a letter or digit, got \"${var.name}\" (${length(var.name)} characters)."
  }
}

variable "force_destroy" {
  description = "Whether destroying the bucket also deletes every object version in it."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts new objects by default. Null for SSE-S3, which a bucket that receives access logs must keep."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be null or the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID), got \"${coalesce(var.kms_key_arn, "null")}\"."
  }
}

variable "noncurrent_days" {
  description = "Days after which a version that was overwritten or deleted is gone for good."
  type        = number
  default     = 90

  validation {
    condition     = var.noncurrent_days >= 1 && floor(var.noncurrent_days) == var.noncurrent_days
    error_message = "noncurrent_days must be a whole number of at least 1, got ${var.noncurrent_days}."
  }
}

variable "noncurrent_versions" {
  description = "How many of the newest noncurrent versions of each object stay whatever their age. Null for none."
  type        = number
  default     = null

  validation {
    condition     = var.noncurrent_versions == null || contains(range(1, 101), coalesce(var.noncurrent_versions, 0))
    error_message = "noncurrent_versions must be null or a whole number from 1 to 100, got ${coalesce(var.noncurrent_versions, 0)}."
  }
}

variable "lifecycle_rules" {
  description = "What happens to objects below a prefix (\"\" for all) as they age: transitions to storage classes, expiry of the current version (expiration_days) and of noncurrent ones (noncurrent_days, sooner than the bucket's own)."
  type = list(object({
    id              = string
    prefix          = optional(string, "")
    transitions     = optional(list(object({ days = number, storage_class = string })), [])
    expiration_days = optional(number)
    noncurrent_days = optional(number)
  }))
  default = []

  validation {
    condition     = length(setunion(["housekeeping"], var.lifecycle_rules[*].id)) == length(var.lifecycle_rules) + 1
    error_message = "lifecycle_rules must have ids of their own, none of them \"housekeeping\", got \"${join("\", \"", var.lifecycle_rules[*].id)}\"."
  }

  validation {
    condition = alltrue([
      for transition in flatten(var.lifecycle_rules[*].transitions) :
      contains(["DEEP_ARCHIVE", "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING", "ONEZONE_IA", "STANDARD_IA"], transition.storage_class)
    ])
    error_message = "lifecycle_rules must move objects to DEEP_ARCHIVE, GLACIER, GLACIER_IR, INTELLIGENT_TIERING, ONEZONE_IA or STANDARD_IA, got \"${join("\", \"", flatten(var.lifecycle_rules[*].transitions)[*].storage_class)}\"."
  }

  validation {
    condition = alltrue([
      for transition in flatten(var.lifecycle_rules[*].transitions) :
      transition.days >= (endswith(transition.storage_class, "_IA") ? 30 : 0)
    ])
    error_message = "lifecycle_rules must wait at least 30 days before STANDARD_IA and ONEZONE_IA, and 0 before others, got ${jsonencode(flatten(var.lifecycle_rules[*].transitions))}."
  }

  validation {
    condition = alltrue(flatten([
      for rule in var.lifecycle_rules : [
        for days in concat([0], rule.transitions[*].days) : rule.expiration_days == null ? true : rule.expiration_days > days
      ]
    ]))
    error_message = "lifecycle_rules must expire objects after at least 1 day and later than they move them, got ${jsonencode(var.lifecycle_rules)}."
  }

  # Where rules overlap the sooner one wins: a longer time than the bucket's own would be a promise that S3 breaks.
  validation {
    condition = alltrue([
      for rule in var.lifecycle_rules :
      rule.noncurrent_days == null ? true : rule.noncurrent_days >= 1 && rule.noncurrent_days < var.noncurrent_days
    ])
    error_message = "lifecycle_rules must expire noncurrent versions after 1 to ${var.noncurrent_days - 1} days, sooner than the bucket's own noncurrent_days, got ${jsonencode(var.lifecycle_rules)}."
  }
}

variable "access_log" {
  description = "Bucket and key prefix that the log of requests to this bucket is delivered to; its policy must let logging.s3.amazonaws.com write there. Null for none."
  type        = object({ bucket = string, prefix = string })
  default     = null

  validation {
    condition     = var.access_log == null ? true : var.access_log.bucket != var.name && endswith(var.access_log.prefix, "/")
    error_message = "access_log must name another bucket and a prefix that ends in a slash, got ${jsonencode(var.access_log)}."
  }
}

variable "statements" {
  description = "Statements of the bucket's policy beside the one that refuses plain HTTP. `on` lists suffixes of the bucket's ARN: \"\" is the bucket itself, \"/*\" its objects."
  type = list(object({
    sid        = string
    effect     = string
    principals = map(list(string))
    actions    = list(string)
    on         = list(string)
    conditions = optional(map(map(list(string))), {})
  }))
  default = []

  validation {
    condition     = length(setunion(["DenyPlainHttp"], var.statements[*].sid)) == length(var.statements) + 1
    error_message = "statements must have sids of their own, none of them \"DenyPlainHttp\", got \"${join("\", \"", var.statements[*].sid)}\"."
  }

  validation {
    condition     = alltrue([for statement in var.statements : contains(["Allow", "Deny"], statement.effect)])
    error_message = "statements must have the effect Allow or Deny, got \"${join("\", \"", var.statements[*].effect)}\"."
  }

  validation {
    condition     = alltrue([for suffix in flatten(var.statements[*].on) : suffix == "" || startswith(suffix, "/")])
    error_message = "statements must be on \"\" (the bucket) or on objects (\"/...\"), got \"${join("\", \"", flatten(var.statements[*].on))}\"."
  }

  validation {
    condition = alltrue([
      for statement in var.statements : statement.effect != "Allow" || !contains(flatten(values(statement.principals)), "*")
    ])
    error_message = "statements must not allow anything to everyone (principal \"*\"), got ${jsonencode(var.statements)}."
  }
}
