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
  description = "Beginning of every name that is not a bucket's, usually <business>-<environment>."
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

variable "databases" {
  description = "Names of the Glue databases of the three layers, usually <business>_<environment>_<layer>: Athena takes no hyphens in them."
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

variable "helper_bucket" {
  description = "Name of the bucket for query results, temporary files and access logs."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.helper_bucket))
    error_message = "helper_bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.helper_bucket}\"."
  }
}

variable "key_alias" {
  description = "Alias of the lake's own key, with its \"alias/\". Without effect where no such key is made."
  type        = string

  validation {
    condition     = can(regex("^alias/[A-Za-z0-9/_-]{1,250}$", var.key_alias)) && !startswith(var.key_alias, "alias/aws/")
    error_message = "key_alias must be \"alias/\" and letters, digits, slashes, hyphens and underscores, not below alias/aws/, got \"${var.key_alias}\"."
  }
}

variable "query_scan_limit_gib" {
  description = "How many GiB one query may read before Athena stops it; it bills what is read."
  type        = number

  validation {
    condition     = var.query_scan_limit_gib >= 1 && var.query_scan_limit_gib <= 102400 && floor(var.query_scan_limit_gib) == var.query_scan_limit_gib
    error_message = "query_scan_limit_gib must be a whole number from 1 to 102400, got ${var.query_scan_limit_gib}."
  }
}

variable "encryption" {
  description = "How buckets are encrypted: \"sse-s3\", or \"kms\" with a key of the lake's own or with kms_key_arn."
  type        = string
  default     = "kms"

  validation {
    condition     = contains(["sse-s3", "kms"], var.encryption)
    error_message = "encryption must be \"sse-s3\" or \"kms\", got \"${var.encryption}\"."
  }
}

variable "kms_key_arn" {
  description = "ARN of an existing key to encrypt with. Null for a key of the lake's own, or none with SSE-S3."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:${var.region}:${var.account_id}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be null or the ARN of a key of this region and account (arn:aws:kms:${var.region}:${var.account_id}:key/ID), got \"${coalesce(var.kms_key_arn, "null")}\"."
  }

  validation {
    condition     = var.kms_key_arn == null || var.encryption == "kms"
    error_message = "kms_key_arn must be null unless encryption is \"kms\", got \"${coalesce(var.kms_key_arn, "null")}\" with \"${var.encryption}\"."
  }
}

variable "catalog_readers" {
  description = "ARNs of roles that may see everything in Lake Formation's catalog and change nothing: the one that plans."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.catalog_readers : can(regex("^arn:aws[a-z-]*:iam::${var.account_id}:role/.+$", arn))])
    error_message = "catalog_readers must be ARNs of roles of account ${var.account_id}, got ${jsonencode(var.catalog_readers)}."
  }
}

variable "engineers" {
  description = "ARNs of the roles and users that read every layer, and with Lake Formation write its tables. They have to exist."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.engineers : can(regex("^arn:aws[a-z-]*:iam::${var.account_id}:(role|user)/.+$", arn))])
    error_message = "engineers must be ARNs of roles and users of this account (arn:aws:iam::${var.account_id}:role/NAME), got ${jsonencode(var.engineers)}."
  }
}

variable "analysts" {
  description = "ARNs of the roles and users that read the analytics layer, with Lake Formation its tables alone. They have to exist."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.analysts : can(regex("^arn:aws[a-z-]*:iam::${var.account_id}:(role|user)/.+$", arn))])
    error_message = "analysts must be ARNs of roles and users of this account (arn:aws:iam::${var.account_id}:role/NAME), got ${jsonencode(var.analysts)}."
  }

  validation {
    condition     = length(setintersection(var.analysts, var.engineers)) == 0
    error_message = "analysts must not be engineers as well, got ${jsonencode(setintersection(var.analysts, var.engineers))}: an engineer reads the analytics layer anyway."
  }
}

variable "lake_formation" {
  description = "Whether Lake Formation decides who reads which table. Its settings are the account's in this region: at most one environment may say true."
  type        = bool
  default     = false
}

variable "administrators" {
  description = "ARNs of the roles and users that grant rights in Lake Formation; whoever applies this stack has to be one of them."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.administrators : can(regex("^arn:aws[a-z-]*:iam::${var.account_id}:(role|user)/.+$", arn))])
    error_message = "administrators must be ARNs of roles and users of this account (arn:aws:iam::${var.account_id}:role/NAME), got ${jsonencode(var.administrators)}."
  }

  validation {
    condition     = !var.lake_formation || length(var.administrators) > 0
    error_message = "administrators must name at least one role or user with lake_formation, got ${jsonencode(var.administrators)}: without one nobody could grant anything."
  }

  # A grant for an administrator never settles, and without one an administrator reads no table.
  validation {
    condition     = length(setintersection(var.administrators, concat(var.engineers, var.analysts))) == 0
    error_message = "administrators must be neither engineers nor analysts, got ${jsonencode(setintersection(var.administrators, concat(var.engineers, var.analysts)))}: administrators grant, others read."
  }
}

variable "permissions_boundary" {
  description = "Name of the managed policy that bounds the role made here. Null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,128}$", var.permissions_boundary))
    error_message = "permissions_boundary must be null or the name of a policy (its ARN is computed), got \"${coalesce(var.permissions_boundary, "null")}\"."
  }
}

variable "log_retention_days" {
  description = "How many days the access logs of the buckets are kept."
  type        = number
  default     = 30

  validation {
    condition     = var.log_retention_days >= 1 && var.log_retention_days <= 3653 && floor(var.log_retention_days) == var.log_retention_days
    error_message = "log_retention_days must be a whole number from 1 to 3653, got ${var.log_retention_days}."
  }
}

variable "deletion_protection" {
  description = "Whether nobody may delete a version of an object in raw, and a deletion of the lake's key can be called off for 30 days instead of 7."
  type        = bool
  default     = true
}

variable "force_destroy" {
  description = "Whether destroying a bucket also deletes every object version in it, and destroying the workgroup its queries."
  type        = bool
  default     = false
}
