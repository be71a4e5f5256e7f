variable "name" {
  description = "Name of the function; its role and log group carry it as well."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,63}$", var.name))
    error_message = "name must be 2 to 64 lower case letters, digits and hyphens, beginning with a letter, got \"${var.name}\"."
  }
}

variable "description" {
  description = "What the function does, in one sentence."
  type        = string
}

variable "package" {
  description = "Path of the zip file with the function's code. Changed bytes are deployed, an unchanged file is not."
  type        = string
}

variable "environment" {
  description = "Environment variables. Encrypted, but visible to whoever may read the function: no secrets."
  type        = map(string)
}

variable "kms_key_arn" {
  description = "Key of the environment variables, the log group and the dead-letter queue. It must let CloudWatch Logs use it for the log group."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a KMS key, got \"${var.kms_key_arn}\"."
  }
}

variable "dead_letter_queue_arn" {
  description = "SQS queue for what an asynchronous call could not do. Standard, not FIFO: Lambda sends to no other."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.dead_letter_queue_arn))
    error_message = "dead_letter_queue_arn must be the ARN of a standard SQS queue, got \"${var.dead_letter_queue_arn}\"."
  }
}

variable "alarm_topic_arn" {
  description = "SNS topic that hears of failed and of throttled calls."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn must be the ARN of an SNS topic, got \"${var.alarm_topic_arn}\"."
  }
}

variable "permissions_boundary_arn" {
  description = "Managed policy that bounds what the function's role may ever do; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be null or the ARN of a managed policy of the account, got \"${coalesce(var.permissions_boundary_arn, "null")}\"."
  }
}

variable "handler" {
  description = "Module and export that Lambda calls."
  type        = string
  default     = "index.handler"

  validation {
    condition     = can(regex("^[A-Za-z0-9_./-]+\\.[A-Za-z0-9_]+$", var.handler))
    error_message = "handler must be a module and an export such as \"index.handler\", got \"${var.handler}\"."
  }
}

variable "statements" {
  description = "What the function may do beyond writing its log and its dead letters: a list of IAM statements that allow."
  type = list(object({
    sid        = string
    actions    = list(string)
    resources  = list(string)
    conditions = optional(map(map(list(string))), {})
  }))
  default = []
}

variable "memory_mib" {
  description = "Memory in MiB, 128 to 10240; processor time grows with it."
  type        = number
  default     = 512

  validation {
    condition     = var.memory_mib >= 128 && var.memory_mib <= 10240 && floor(var.memory_mib) == var.memory_mib
    error_message = "memory_mib must be a whole number from 128 to 10240, got ${var.memory_mib}."
  }
}

variable "timeout_seconds" {
  description = "After how many seconds a call is stopped, 1 to 900."
  type        = number
  default     = 60

  validation {
    condition     = var.timeout_seconds >= 1 && var.timeout_seconds <= 900 && floor(var.timeout_seconds) == var.timeout_seconds
    error_message = "timeout_seconds must be a whole number from 1 to 900, got ${var.timeout_seconds}."
  }
}

variable "reserved_concurrency" {
  description = "How many calls may run at once. Null for the account's shared pool: young accounts have too small a pool to reserve from."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null || try(var.reserved_concurrency >= 1 && floor(var.reserved_concurrency) == var.reserved_concurrency, false)
    error_message = "reserved_concurrency must be null or a whole number from 1, got ${coalesce(var.reserved_concurrency, -1)}."
  }
}

variable "maximum_retry_attempts" {
  description = "How often an asynchronous call that failed is tried again, 0 to 2, before it goes to the dead-letter queue."
  type        = number
  default     = 2

  validation {
    condition     = contains([0, 1, 2], var.maximum_retry_attempts)
    error_message = "maximum_retry_attempts must be 0, 1 or 2, got ${var.maximum_retry_attempts}."
  }
}

variable "maximum_event_age_seconds" {
  description = "How old an asynchronous call may grow before it goes to the dead-letter queue untried, 60 to 21600 seconds."
  type        = number
  default     = 3600

  validation {
    condition     = var.maximum_event_age_seconds >= 60 && var.maximum_event_age_seconds <= 21600 && floor(var.maximum_event_age_seconds) == var.maximum_event_age_seconds
    error_message = "maximum_event_age_seconds must be a whole number from 60 to 21600, got ${var.maximum_event_age_seconds}."
  }
}

variable "log_retention_days" {
  description = "How many days CloudWatch keeps the function's log."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch offers (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653), got ${var.log_retention_days}."
  }
}
