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

variable "handler" {
  description = "Module and export that Lambda calls."
  type        = string
  default     = "index.handler"

  validation {
    condition     = can(regex("^[A-Za-z0-9_./-]+\\.[A-Za-z0-9_]+$", var.handler))
    error_message = "handler must be a module and an export such as \"index.handler\", got \"${var.handler}\"."
  }
}

variable "environment" {
  description = "Environment variables. Visible to whoever reads the function: no secrets."
  type        = map(string)
  default     = {}
}

variable "statements" {
  description = "What the function may do beyond writing its log: a list of IAM statements that allow."
  type = list(object({
    sid       = string
    actions   = list(string)
    resources = list(string)
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

variable "log_retention_days" {
  description = "How many days CloudWatch keeps the function's log."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch offers (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653), got ${var.log_retention_days}."
  }
}
