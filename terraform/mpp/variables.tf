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

variable "scripts_bucket" {
  description = "Name of the bucket the job scripts are uploaded to."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.scripts_bucket))
    error_message = "scripts_bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.scripts_bucket}\"."
  }
}

variable "raw_database" {
  description = "Glue database the crawler puts the raw layer's tables into."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,127}$", var.raw_database))
    error_message = "raw_database must be at most 128 lower case letters, digits and underscores, got \"${var.raw_database}\"."
  }
}

variable "private_subnet_id" {
  description = "Private subnet the jobs run in; its route table needs an S3 gateway endpoint."
  type        = string

  validation {
    condition     = can(regex("^subnet-[0-9a-f]{8,17}$", var.private_subnet_id))
    error_message = "private_subnet_id must be a subnet's id (subnet-0123456789abcdef0), got \"${var.private_subnet_id}\"."
  }
}

variable "private_subnet_zone" {
  description = "Availability zone of that subnet."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[1-9][a-z]$", var.private_subnet_zone)) && startswith(var.private_subnet_zone, var.region)
    error_message = "private_subnet_zone must be an availability zone of ${var.region} such as \"${var.region}a\", got \"${var.private_subnet_zone}\"."
  }
}

variable "glue_security_group_id" {
  description = "Security group of the jobs' network interfaces, open to itself on every TCP port."
  type        = string

  validation {
    condition     = can(regex("^sg-[0-9a-f]{8,17}$", var.glue_security_group_id))
    error_message = "glue_security_group_id must be a security group's id (sg-0123456789abcdef0), got \"${var.glue_security_group_id}\"."
  }
}
