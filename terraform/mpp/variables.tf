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

variable "helper_bucket" {
  description = "Name of the bucket for what jobs leave while they run."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.helper_bucket))
    error_message = "helper_bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.helper_bucket}\"."
  }
}

variable "scripts_bucket" {
  description = "Name of the bucket that holds the job scripts, below spark/ and jdbc/."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.scripts_bucket))
    error_message = "scripts_bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.scripts_bucket}\"."
  }
}

variable "codebase_bucket" {
  description = "Name of the bucket that holds what the scripts share, as codebase/codebase.zip."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.codebase_bucket))
    error_message = "codebase_bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.codebase_bucket}\"."
  }
}

variable "configuration_bucket" {
  description = "Name of the bucket that holds the description of the tables, datasets.json."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.configuration_bucket))
    error_message = "configuration_bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.configuration_bucket}\"."
  }
}

variable "worker_bucket" {
  description = "Name of the bucket whose files the worker processes, and files-batch when it is run."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.worker_bucket))
    error_message = "worker_bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.worker_bucket}\"."
  }
}

variable "databases" {
  description = "Glue databases the crawlers put the tables of the three layers into."
  type = object({
    raw       = string
    staged    = string
    analytics = string
  })

  validation {
    condition     = alltrue([for name in values(var.databases) : can(regex("^[a-z][a-z0-9_]{0,127}$", name))])
    error_message = "databases must be names of at most 128 lower case letters, digits and underscores, beginning with a letter, got ${jsonencode(var.databases)}."
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

variable "schedule_expression" {
  description = "When the lake's workflow and the copy from the database start, in UTC: cron(minutes hours day-of-month month day-of-week year). Late enough that the archives of the day before are complete."
  type        = string

  validation {
    condition     = can(regex("^cron\\([^ ()]+( [^ ()]+){5}\\)$", var.schedule_expression))
    error_message = "schedule_expression must be a Glue schedule of six fields such as \"cron(30 3 * * ? *)\", got \"${var.schedule_expression}\"."
  }
}

variable "lake_kms_key_arn" {
  description = "ARN of the key that encrypts the lake's buckets. Null when S3 encrypts them with its own."
  type        = string
  default     = null

  validation {
    condition     = var.lake_kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:${var.region}:${var.account_id}:key/.+$", var.lake_kms_key_arn))
    error_message = "lake_kms_key_arn must be null or a key of this account and region (arn:aws:kms:${var.region}:${var.account_id}:key/ID), got \"${coalesce(var.lake_kms_key_arn, "null")}\"."
  }
}

variable "worker_key" {
  description = "Key that encrypts the worker's bucket: its ARN, or its alias, which may be made later. Null when S3 encrypts with its own."
  type        = string
  default     = null

  validation {
    condition     = var.worker_key == null || can(regex("^(arn:aws[a-z-]*:kms:${var.region}:${var.account_id}:key/.+|alias/[A-Za-z0-9/_-]+)$", var.worker_key))
    error_message = "worker_key must be null, a key of this account and region (arn:aws:kms:${var.region}:${var.account_id}:key/ID) or an alias (alias/NAME), got \"${coalesce(var.worker_key, "null")}\"."
  }
}

variable "csv_delimiter" {
  description = "Delimiter of the CSV files that files-batch works on, as the worker's own. Null to have it found in each file."
  type        = string
  default     = null

  validation {
    condition     = var.csv_delimiter == null || can(regex("^[^\"\r\n]$", var.csv_delimiter))
    error_message = "csv_delimiter must be null or one character other than a quote and a line break, got \"${coalesce(var.csv_delimiter, "null")}\"."
  }
}

variable "pass_through" {
  description = "Endings of keys whose files pass files-batch unchanged, as the worker's own; \"*\" for every unknown kind. Null for none."
  type        = list(string)
  default     = null

  validation {
    condition     = alltrue([for ending in coalesce(var.pass_through, []) : can(regex("^(\\*|\\.[^A-Z/,]+)$", ending))])
    error_message = "pass_through must be endings in small letters without commas such as \".parquet\", or \"*\", got ${jsonencode(var.pass_through)}."
  }
}

variable "jdbc" {
  description = "Database to copy into raw: its URL without user or password, the user to read as, and the addresses it answers from. Null for none."
  type = object({
    url  = string
    user = string
    cidr = string
  })
  default = null

  validation {
    condition     = var.jdbc == null || can(regex("^jdbc:postgresql://[A-Za-z0-9.-]+:[0-9]{1,5}/[A-Za-z0-9_-]+$", var.jdbc.url))
    error_message = "jdbc.url must be jdbc:postgresql://HOST:PORT/DATABASE, without user, password or settings, got \"${try(var.jdbc.url, "null")}\"."
  }

  validation {
    condition     = var.jdbc == null || can(regex("^[a-z_][a-z0-9_]{0,62}$", var.jdbc.user))
    error_message = "jdbc.user must be at most 63 lower case letters, digits and underscores, not beginning with a digit, got \"${try(var.jdbc.user, "null")}\"."
  }

  validation {
    condition     = var.jdbc == null || try(cidrsubnet(var.jdbc.cidr, 0, 0) == var.jdbc.cidr && tonumber(split("/", var.jdbc.cidr)[1]) >= 16, false)
    error_message = "jdbc.cidr must be an IPv4 block from /16 to /32 in its shortest form such as \"10.1.2.0/24\", got \"${try(var.jdbc.cidr, "null")}\"."
  }
}

variable "lake_formation" {
  description = "Whether Lake Formation decides who may use databases and tables: the crawlers then need its grants. Whoever applies the stack is one of its administrators."
  type        = bool
  default     = false
}

variable "permissions_boundary" {
  description = "Name of the policy that bounds every role of the stack. Null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,128}$", var.permissions_boundary))
    error_message = "permissions_boundary must be null or the name, not the ARN, of a policy, got \"${coalesce(var.permissions_boundary, "null")}\"."
  }
}

variable "deletion_protection" {
  description = "Whether key and secret can be called back for 30 days after a removal, instead of 7 and none."
  type        = bool
  default     = true
}

variable "log_retention_days" {
  description = "How many days CloudWatch keeps the logs of jobs and crawlers."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch offers (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653), got ${var.log_retention_days}."
  }
}
