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

variable "vpc_id" {
  description = "VPC of the instance's security group."
  type        = string

  validation {
    condition     = can(regex("^vpc-[0-9a-f]{8,17}$", var.vpc_id))
    error_message = "vpc_id must be a VPC's id (vpc-0123456789abcdef0), got \"${var.vpc_id}\"."
  }
}

variable "subnet_id" {
  description = "Subnet the instance runs in: a public one, or with private a private one that has endpoints for Systems Manager."
  type        = string

  validation {
    condition     = can(regex("^subnet-[0-9a-f]{8,17}$", var.subnet_id))
    error_message = "subnet_id must be a subnet's id (subnet-0123456789abcdef0), got \"${var.subnet_id}\"."
  }
}

variable "worker_bucket" {
  description = "Name of the bucket whose files the worker processes, with input/, output/ and errors/."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.worker_bucket))
    error_message = "worker_bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.worker_bucket}\"."
  }
}

variable "operating_system" {
  description = "Operating system of the instance: amazon-linux-2 (out of support since 2026-06-30) or amazon-linux-2023."
  type        = string

  validation {
    condition     = contains(["amazon-linux-2", "amazon-linux-2023"], var.operating_system)
    error_message = "operating_system must be amazon-linux-2 or amazon-linux-2023, got \"${var.operating_system}\"."
  }
}

variable "public_key" {
  description = "Public half of the SSH key that opens the instance, in OpenSSH form. The private half never comes here."
  type        = string

  validation {
    condition     = can(regex("^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/=]+( .*)?$", trimspace(var.public_key)))
    error_message = "public_key must be one line that begins with \"ssh-ed25519 \" or \"ssh-rsa \"; EC2 takes no other kinds, and a private key has no place here."
  }
}

variable "alarm_topic" {
  description = "Name of the SNS topic of this account and region that alarms go to."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,256}$", var.alarm_topic))
    error_message = "alarm_topic must be the name of an SNS topic, not its ARN, got \"${var.alarm_topic}\"."
  }
}

variable "instance_type" {
  description = "Type of the instance; the image follows its processor, x86_64 or arm64."
  type        = string
  default     = "t3.micro"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$", var.instance_type)) && !can(regex("^(a1\\.|mac)", var.instance_type))
    error_message = "instance_type must be a type for Linux such as \"t3.micro\" or \"t4g.micro\" (no a1, no mac), got \"${var.instance_type}\"."
  }
}

variable "force_destroy" {
  description = "Whether destroying the worker bucket also deletes every object version in it."
  type        = bool
  default     = false
}

variable "encryption" {
  description = "How the worker bucket encrypts: sse-s3 or kms."
  type        = string
  default     = "sse-s3"

  validation {
    condition     = contains(["kms", "sse-s3"], var.encryption)
    error_message = "encryption must be kms or sse-s3, got \"${var.encryption}\"."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the worker bucket where encryption is kms. Null for the stack's own key."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:${var.region}:${var.account_id}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be null or the ARN of a key of this region and account (arn:aws:kms:${var.region}:${var.account_id}:key/ID), got \"${coalesce(var.kms_key_arn, "null")}\"."
  }

  validation {
    condition     = var.kms_key_arn == null || var.encryption == "kms"
    error_message = "kms_key_arn must be null unless encryption is kms, got \"${coalesce(var.kms_key_arn, "null")}\" with ${var.encryption}."
  }
}

variable "private" {
  description = "Whether the instance has neither a public address nor an inbound rule: Session Manager alone reaches it."
  type        = bool
  default     = false
}

variable "caller_cidr" {
  description = "IPv4 range that may reach ports 22 and 443, /24 or narrower, usually one address with /32. Null if private."
  type        = string
  default     = null

  validation {
    condition     = var.caller_cidr == null || can(cidrnetmask(var.caller_cidr)) && try(tonumber(split("/", var.caller_cidr)[1]) >= 24, false)
    error_message = "caller_cidr must be an IPv4 range of /24 or narrower such as \"203.0.113.7/32\", got \"${coalesce(var.caller_cidr, "null")}\"."
  }

  validation {
    condition     = var.private == (var.caller_cidr == null)
    error_message = "caller_cidr must be given unless private is true, and null if it is, got \"${coalesce(var.caller_cidr, "null")}\" with private ${var.private}."
  }
}

variable "log_retention_days" {
  description = "Days that the worker's log is kept."
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
  description = "Name of the managed policy that bounds the instance's role. Null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,128}$", var.permissions_boundary))
    error_message = "permissions_boundary must be null or the name of a managed policy, not its ARN, got \"${coalesce(var.permissions_boundary, "null")}\"."
  }
}

variable "deletion_protection" {
  description = "Whether a deletion of the stack's key can be called off for 30 days, instead of 7."
  type        = bool
  default     = true
}
