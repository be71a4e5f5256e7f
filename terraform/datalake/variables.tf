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

variable "layer_buckets" {
  description = "Names of the buckets of the three layers."
  type = object({
    raw       = string
    staged    = string
    analytics = string
  })

  validation {
    condition     = alltrue([for name in values(var.layer_buckets) : can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", name))])
    error_message = "layer_buckets must be names of 3 to 63 lower case letters, digits and hyphens, got ${jsonencode(var.layer_buckets)}."
  }
}

variable "platform_buckets" {
  description = "Names of the buckets for what the platform itself is made of: code, configuration, orchestration, pipelines, scripts."
  type = object({
    codebase      = string
    configuration = string
    orchestration = string
    etl           = string
    scripts       = string
  })

  validation {
    condition     = alltrue([for name in values(var.platform_buckets) : can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", name))])
    error_message = "platform_buckets must be names of 3 to 63 lower case letters, digits and hyphens, got ${jsonencode(var.platform_buckets)}."
  }
}

variable "force_destroy" {
  description = "Whether destroying a bucket also deletes every object version in it."
  type        = bool
  default     = false
}
