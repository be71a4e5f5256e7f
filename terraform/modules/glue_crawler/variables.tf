variable "name" {
  description = "Name of the crawler; its role carries it as well."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,55}$", var.name))
    error_message = "name must be 2 to 56 lower case letters, digits and hyphens, beginning with a letter, got \"${var.name}\"."
  }
}

variable "description" {
  description = "What the crawler looks for, in one sentence."
  type        = string
}

variable "bucket" {
  description = "Name of the bucket to crawl."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.bucket}\"."
  }
}

variable "prefixes" {
  description = "Prefixes to crawl, each with its trailing slash: each becomes one table, or several where the schemas differ. Nothing else of the bucket may be read. Another list replaces the crawler, which then looks at every folder once more."
  type        = list(string)

  validation {
    condition     = length(var.prefixes) > 0 && alltrue([for prefix in var.prefixes : endswith(prefix, "/") && !startswith(prefix, "/")])
    error_message = "prefixes must be one or more that end in a slash and do not begin with one, got ${jsonencode(var.prefixes)}."
  }
}

variable "exclusions" {
  description = "Glob patterns below each prefix that are passed over, such as \"_rejected/**\"."
  type        = list(string)
  default     = []
}

variable "database" {
  description = "Glue database the tables are put into."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,127}$", var.database))
    error_message = "database must be at most 128 lower case letters, digits and underscores, beginning with a letter, got \"${var.database}\"."
  }
}

variable "table_prefix" {
  description = "Beginning of every table's name. The crawler may write no table without it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,63}_$", var.table_prefix))
    error_message = "table_prefix must be lower case letters, digits and underscores, ending in an underscore, got \"${var.table_prefix}\"."
  }
}

variable "security_configuration" {
  description = "Name of the Glue security configuration that encrypts the crawler's log."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.security_configuration))
    error_message = "security_configuration must be 1 to 255 letters, digits, hyphens and underscores, got \"${var.security_configuration}\"."
  }
}

variable "kms_key_arn" {
  description = "ARN of the key of that security configuration for logs."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID), got \"${var.kms_key_arn}\"."
  }
}

variable "data_kms_key_arn" {
  description = "ARN of the key that encrypts the objects the crawler reads. Null when S3 encrypts them with its own."
  type        = string
  default     = null

  validation {
    condition     = var.data_kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.data_kms_key_arn))
    error_message = "data_kms_key_arn must be null or the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID), got \"${coalesce(var.data_kms_key_arn, "null")}\"."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds the crawler's role. Null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be null or the ARN of a policy (arn:aws:iam::ACCOUNT:policy/NAME), got \"${coalesce(var.permissions_boundary_arn, "null")}\"."
  }
}

variable "log_retention_days" {
  description = "How many days CloudWatch keeps the crawler's log."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch offers (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653), got ${var.log_retention_days}."
  }
}
