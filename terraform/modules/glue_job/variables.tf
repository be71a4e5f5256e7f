variable "name" {
  description = "Name of the job; its role and log groups carry it as well."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,63}$", var.name))
    error_message = "name must be 2 to 64 lower case letters, digits and hyphens, beginning with a letter, got \"${var.name}\"."
  }
}

variable "description" {
  description = "What the job does, in one sentence."
  type        = string
}

variable "script" {
  description = "The job's script: the file, and the bucket and key it is uploaded to."
  type = object({
    source = string
    bucket = string
    key    = string
  })

  validation {
    condition     = endswith(var.script.key, ".py")
    error_message = "script.key must end in .py, got \"${var.script.key}\"."
  }
}

variable "role_arn" {
  description = "ARN of an existing role to run the job as. Null to create a role that may do what statements say."
  type        = string
  default     = null

  validation {
    condition     = var.role_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.role_arn))
    error_message = "role_arn must be null or the ARN of a role (arn:aws:iam::ACCOUNT:role/NAME), got \"${coalesce(var.role_arn, "null")}\"."
  }
}

variable "statements" {
  description = "What the created role may do beyond running: a list of IAM statements that allow. Ignored with role_arn."
  type = list(object({
    sid        = string
    actions    = list(string)
    resources  = list(string)
    conditions = optional(map(map(list(string))), {})
  }))
  default = []

  validation {
    condition     = var.role_arn == null || length(var.statements) == 0
    error_message = "statements must be empty when role_arn names an existing role, got ${length(var.statements)}: give that role its rights where it is made."
  }
}

variable "arguments" {
  description = "The script's own default arguments, names with their leading dashes. Visible to whoever reads the job: no secrets."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.arguments) : startswith(name, "--")])
    error_message = "arguments must have names that begin with \"--\", got ${jsonencode(keys(var.arguments))}."
  }
}

variable "connections" {
  description = "Names of Glue connections the job uses; a NETWORK connection puts it into a private subnet."
  type        = list(string)
  default     = []
}

variable "worker_type" {
  description = "Size of a worker."
  type        = string
  default     = "G.1X"

  validation {
    condition     = contains(["G.1X", "G.2X", "G.4X", "G.8X"], var.worker_type)
    error_message = "worker_type must be G.1X, G.2X, G.4X or G.8X, got \"${var.worker_type}\"."
  }
}

variable "worker_count" {
  description = "How many workers, one of which is the driver; 2 to 100."
  type        = number
  default     = 2

  validation {
    condition     = var.worker_count >= 2 && var.worker_count <= 100 && floor(var.worker_count) == var.worker_count
    error_message = "worker_count must be a whole number from 2 to 100, got ${var.worker_count}."
  }
}

variable "timeout_minutes" {
  description = "After how many minutes a run is stopped, 1 to 2880. Glue's own default is two days at full price."
  type        = number
  default     = 60

  validation {
    condition     = var.timeout_minutes >= 1 && var.timeout_minutes <= 2880 && floor(var.timeout_minutes) == var.timeout_minutes
    error_message = "timeout_minutes must be a whole number from 1 to 2880, got ${var.timeout_minutes}."
  }
}

variable "log_retention_days" {
  description = "How many days CloudWatch keeps the job's logs."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch offers (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653), got ${var.log_retention_days}."
  }
}
