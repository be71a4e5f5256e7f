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
  description = "Public subnet the instance runs in."
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

variable "caller_cidr" {
  description = "IPv4 range that may reach ports 22 and 443, /24 or narrower, usually one address with /32."
  type        = string

  validation {
    condition     = can(cidrnetmask(var.caller_cidr)) && try(tonumber(split("/", var.caller_cidr)[1]) >= 24, false)
    error_message = "caller_cidr must be an IPv4 range of /24 or narrower such as \"203.0.113.7/32\", got \"${var.caller_cidr}\"."
  }
}

variable "instance_type" {
  description = "Type of the instance, x86_64 as the images are."
  type        = string
  default     = "t3.micro"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9]+$", var.instance_type)) && !can(regex("^([a-z]+[0-9]+g[a-z]*|a1)\\.", var.instance_type))
    error_message = "instance_type must be an x86_64 type such as \"t3.micro\" (no Graviton), got \"${var.instance_type}\"."
  }
}

variable "force_destroy" {
  description = "Whether destroying the worker bucket also deletes every object version in it."
  type        = bool
  default     = false
}
