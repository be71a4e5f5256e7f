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

variable "vpc_cidr" {
  description = "Address range of the VPC; /16 to /22; each subnet gets a sixteenth of it."
  type        = string

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && try(cidrhost(var.vpc_cidr, 0) == split("/", var.vpc_cidr)[0], false)
    error_message = "vpc_cidr must be an IPv4 range written from its first address, such as \"10.20.0.0/16\", got \"${var.vpc_cidr}\"."
  }

  validation {
    condition     = try(tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 22, false)
    error_message = "vpc_cidr must be from /16 to /22 in size, got \"${var.vpc_cidr}\"."
  }
}

variable "zone_count" {
  description = "Over how many availability zones the subnets spread, 2 to 4."
  type        = number
  default     = 2

  validation {
    condition     = contains([2, 3, 4], var.zone_count)
    error_message = "zone_count must be 2, 3 or 4, got ${var.zone_count}."
  }
}

variable "interface_endpoints" {
  description = "AWS services that the VPC reaches through an interface endpoint in every private subnet. Each costs by the hour and zone."
  type        = list(string)
  default     = []

  validation {
    condition = alltrue([
      for service in var.interface_endpoints :
      contains(["ec2messages", "glue", "kms", "logs", "monitoring", "secretsmanager", "ssm", "ssmmessages", "sts"], service)
    ])
    error_message = "interface_endpoints must be of ec2messages, glue, kms, logs, monitoring, secretsmanager, ssm, ssmmessages and sts, got \"${join("\", \"", var.interface_endpoints)}\"."
  }
}

variable "log_retention_days" {
  description = "Days that flow logs are kept."
  type        = number
  default     = 30

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days,
    )
    error_message = "log_retention_days must be a number of days that CloudWatch offers, such as 30, 90 or 365, got ${var.log_retention_days}."
  }
}

variable "permissions_boundary" {
  description = "Name of the managed policy that bounds the stack's role. Null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,128}$", var.permissions_boundary))
    error_message = "permissions_boundary must be null or the name of a managed policy, not its ARN, got \"${coalesce(var.permissions_boundary, "null")}\"."
  }
}

variable "deletion_protection" {
  description = "Whether a deletion of the flow logs' key can be called off for 30 days, instead of 7."
  type        = bool
  default     = true
}
