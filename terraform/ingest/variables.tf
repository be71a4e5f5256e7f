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
  description = "Where the hourly archives are fetched from, such as \"https://data.gharchive.org\"."
  type        = string

  validation {
    condition     = can(regex("^https?://[^/?#\\s]+(/[^?#\\s]*)?$", var.archive_url)) && !endswith(var.archive_url, "/")
    error_message = "archive_url must be an http or https address without query and without a slash at its end, got \"${var.archive_url}\"."
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

variable "lag_hours" {
  description = "How many hours behind now the batch fetches, 1 to 48: recent archives come late."
  type        = number
  default     = 2

  validation {
    condition     = var.lag_hours >= 1 && var.lag_hours <= 48 && floor(var.lag_hours) == var.lag_hours
    error_message = "lag_hours must be a whole number from 1 to 48, got ${var.lag_hours}."
  }
}
