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

variable "environment" {
  description = "Name of the environment, such as \"local\" or \"production\", a tag on every resource."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.environment)) && length(var.environment) <= 16
    error_message = "environment must be at most 16 lower case letters, digits and single hyphens, beginning with a letter, got \"${var.environment}\"."
  }
}

variable "name_prefix" {
  description = "Beginning of every resource name, usually <business>-<environment>."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.name_prefix)) && length(var.name_prefix) <= 41
    error_message = "name_prefix must be at most 41 lower case letters, digits and single hyphens, beginning with a letter, got \"${var.name_prefix}\"."
  }
}

variable "raw_bucket" {
  description = "Name of the raw layer's bucket; it need not exist yet."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.raw_bucket))
    error_message = "raw_bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.raw_bucket}\"."
  }
}

variable "archive_url" {
  description = "Where the hourly archives are fetched from, such as \"https://data.gharchive.org\". Plain http is for a source on this very machine alone."
  type        = string

  validation {
    condition     = can(regex("^(https://[^/?#\\s]+|http://127\\.0\\.0\\.1(:[0-9]+)?)(/[^?#\\s]*)?$", var.archive_url)) && !endswith(var.archive_url, "/")
    error_message = "archive_url must be an https address (http on 127.0.0.1 only) without query and without a slash at its end, got \"${var.archive_url}\"."
  }
}

variable "events_url" {
  description = "Where the newest events are polled, such as \"https://api.github.com/events\". Plain http is for a source on this very machine alone."
  type        = string

  validation {
    condition     = can(regex("^(https://[^/?#\\s]+|http://127\\.0\\.0\\.1(:[0-9]+)?)(/[^?#\\s]*)?$", var.events_url)) && !endswith(var.events_url, "/")
    error_message = "events_url must be an https address (http on 127.0.0.1 only) without query and without a slash at its end, got \"${var.events_url}\"."
  }
}

variable "schedule_expression" {
  description = "When the batch runs, in EventBridge Scheduler's words: rate(...), cron(...) in UTC, or at(...)."
  type        = string

  validation {
    condition     = can(regex("^(rate|cron|at)\\(.+\\)$", var.schedule_expression))
    error_message = "schedule_expression must be rate(...), cron(...) or at(...), got \"${var.schedule_expression}\"."
  }
}

variable "events_schedule_expression" {
  description = "When events are polled, in EventBridge Scheduler's words: rate(...), cron(...) in UTC, or at(...)."
  type        = string

  validation {
    condition     = can(regex("^(rate|cron|at)\\(.+\\)$", var.events_schedule_expression))
    error_message = "events_schedule_expression must be rate(...), cron(...) or at(...), got \"${var.events_schedule_expression}\"."
  }
}

variable "alarm_topic" {
  description = "Name of the SNS topic to make, for the alarms of this environment."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.alarm_topic))
    error_message = "alarm_topic must be 1 to 256 letters, digits, hyphens and underscores, got \"${var.alarm_topic}\"."
  }
}

variable "raw_key" {
  description = "KMS key of the raw bucket: its ARN, or an alias that stack datalake may still have to make; null with SSE-S3."
  type        = string
  default     = null

  validation {
    condition = var.raw_key == null || (
      can(regex("^alias/[A-Za-z0-9/_-]{1,250}$", var.raw_key)) && !startswith(coalesce(var.raw_key, "-"), "alias/aws/") ||
      can(regex("^arn:[a-z-]+:kms:${var.region}:${var.account_id}:key/[A-Za-z0-9-]+$", var.raw_key))
    )
    error_message = "raw_key must be null, \"alias/<name>\" or the ARN of a KMS key of region ${var.region} and account ${var.account_id}, got \"${coalesce(var.raw_key, "null")}\"."
  }
}

variable "lag_hours" {
  description = "How many hours behind now the newest hour lies that the batch fetches, 1 to 48: recent archives come late."
  type        = number
  default     = 2

  validation {
    condition     = var.lag_hours >= 1 && var.lag_hours <= 48 && floor(var.lag_hours) == var.lag_hours
    error_message = "lag_hours must be a whole number from 1 to 48, got ${var.lag_hours}."
  }
}

variable "missing_after_hours" {
  description = "How many hours behind now an hour lies at least that counts as missing where the archive does not have it, lag_hours to 168."
  type        = number
  default     = 12

  validation {
    condition     = var.missing_after_hours >= var.lag_hours && var.missing_after_hours <= 168 && floor(var.missing_after_hours) == var.missing_after_hours
    error_message = "missing_after_hours must be a whole number from lag_hours (${var.lag_hours}) to 168, got ${var.missing_after_hours}."
  }
}

variable "window_hours" {
  description = "How many hours behind now the oldest hour lies that the batch still looks for, missing_after_hours to 168."
  type        = number
  default     = 48

  validation {
    condition     = var.window_hours >= var.missing_after_hours && var.window_hours <= 168 && floor(var.window_hours) == var.window_hours
    error_message = "window_hours must be a whole number from missing_after_hours (${var.missing_after_hours}) to 168, got ${var.window_hours}."
  }
}

variable "token_secret" {
  description = "Secret that holds a token for the events API as plain text: its ARN, and the ARN of its KMS key where that is not AWS's own. Null to poll without one."
  type = object({
    arn = string
    key = optional(string)
  })
  default = null

  validation {
    condition     = var.token_secret == null || can(regex("^arn:[a-z-]+:secretsmanager:${var.region}:${var.account_id}:secret:[A-Za-z0-9/_+=.@-]+$", var.token_secret.arn))
    error_message = "token_secret.arn must be the ARN of a secret of region ${var.region} and account ${var.account_id}, got \"${try(var.token_secret.arn, "null")}\"."
  }

  validation {
    condition     = try(var.token_secret.key, null) == null || can(regex("^arn:[a-z-]+:kms:${var.region}:${var.account_id}:key/[A-Za-z0-9-]+$", var.token_secret.key))
    error_message = "token_secret.key must be null or the ARN of a KMS key of region ${var.region} and account ${var.account_id}, got \"${try(coalesce(var.token_secret.key, "null"), "null")}\"."
  }
}

variable "alarm_after_hours" {
  description = "After how many hours without a successful call of a function an alarm stands, 1 to 24: more than its schedule's longest pause."
  type        = number
  default     = 3

  validation {
    condition     = var.alarm_after_hours >= 1 && var.alarm_after_hours <= 24 && floor(var.alarm_after_hours) == var.alarm_after_hours
    error_message = "alarm_after_hours must be a whole number from 1 to 24, got ${var.alarm_after_hours}."
  }
}

variable "reserved_concurrency" {
  description = "How many calls of a function may run at once, kept for it from the account's pool. Null for the shared pool: young accounts have too small a one to reserve from."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null || try(var.reserved_concurrency >= 1 && floor(var.reserved_concurrency) == var.reserved_concurrency, false)
    error_message = "reserved_concurrency must be null or a whole number from 1, got ${coalesce(var.reserved_concurrency, -1)}."
  }
}

variable "alarm_email" {
  description = "Address that alarms are mailed to, once its owner has confirmed what AWS sends there; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email must be null or an address such as \"data-team@example.com\", got \"${coalesce(var.alarm_email, "null")}\"."
  }
}

variable "log_retention_days" {
  description = "How many days CloudWatch keeps the functions' logs."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch offers (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653), got ${var.log_retention_days}."
  }
}

variable "permissions_boundary" {
  description = "Name of the managed policy that bounds every role of this stack; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^[\\w+=,.@-]{1,128}$", var.permissions_boundary))
    error_message = "permissions_boundary must be null or the name of a managed policy, 1 to 128 letters, digits and +=,.@_-, got \"${coalesce(var.permissions_boundary, "null")}\"."
  }
}

variable "deletion_protection" {
  description = "Whether a deletion of the key can be called off for 30 days, instead of 7."
  type        = bool
  default     = true
}
