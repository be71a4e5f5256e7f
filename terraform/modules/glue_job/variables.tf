variable "name" {
  description = "Name of the job; its log groups, its trigger and, unless role_name says otherwise, its role carry it as well."
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
  description = "Where the job's script lies: bucket and key."
  type = object({
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

variable "role_name" {
  description = "Name of the role to create, the job's name when null. Not together with role_arn."
  type        = string
  default     = null

  validation {
    condition     = var.role_name == null || var.role_arn == null
    error_message = "role_name names a role to create and role_arn one that exists: give one of them, got \"${coalesce(var.role_name, "null")}\" and \"${coalesce(var.role_arn, "null")}\"."
  }

  validation {
    condition     = var.role_name == null || can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = "role_name must be null or 1 to 64 letters, digits and characters of +=,.@_-, got \"${coalesce(var.role_name, "null")}\"."
  }
}

variable "permissions_boundary_arn" {
  description = "ARN of the policy that bounds the created role. Null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be null or the ARN of a policy (arn:aws:iam::ACCOUNT:policy/NAME), got \"${coalesce(var.permissions_boundary_arn, "null")}\"."
  }
}

variable "statements" {
  description = "What the created role may do beyond running: a list of IAM statements that allow. Empty with role_arn."
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

variable "bookmark" {
  description = "Whether Glue remembers between runs what was read: enable, pause (read from the mark, keep it where it is) or disable."
  type        = string
  default     = "disable"

  validation {
    condition     = contains(["enable", "pause", "disable"], var.bookmark)
    error_message = "bookmark must be enable, pause or disable, got \"${var.bookmark}\"."
  }
}

variable "network" {
  description = "Glue connections the job uses, all of one subnet with one security group: they put its workers there. Null for none."
  type = object({
    connections       = list(string)
    subnet_id         = string
    security_group_id = string
  })
  default = null

  validation {
    condition     = var.network == null || try(length(var.network.connections) > 0, false)
    error_message = "network.connections must name at least one Glue connection, got ${jsonencode(try(var.network.connections, null))}: leave network null for a job without."
  }
}

variable "security_configuration" {
  description = "Name of the Glue security configuration that encrypts logs, bookmarks and what the job writes to S3. Null for none."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "ARN of the key of that security configuration for logs and bookmarks. Null for none."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be null or the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID), got \"${coalesce(var.kms_key_arn, "null")}\"."
  }
}

variable "data_kms_key_arn" {
  description = "ARN of the key that encrypts the objects the job reads and writes. Null when S3 encrypts them with its own."
  type        = string
  default     = null

  validation {
    condition     = var.data_kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.data_kms_key_arn))
    error_message = "data_kms_key_arn must be null or the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID), got \"${coalesce(var.data_kms_key_arn, "null")}\"."
  }
}

variable "temporary" {
  description = "Where the job puts what it needs while it runs, and Spark its event log for the Spark UI: bucket, and prefix with its trailing slash. Null for neither."
  type = object({
    bucket = string
    prefix = string
  })
  default = null

  validation {
    condition     = var.temporary == null || try(endswith(var.temporary.prefix, "/") && !startswith(var.temporary.prefix, "/"), false)
    error_message = "temporary.prefix must end in a slash and not begin with one, got \"${try(var.temporary.prefix, "")}\"."
  }
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
  description = "After how many minutes a run is stopped, 1 to 2880. Glue's own default lets a stuck run cost for hours."
  type        = number
  default     = 60

  validation {
    condition     = var.timeout_minutes >= 1 && var.timeout_minutes <= 2880 && floor(var.timeout_minutes) == var.timeout_minutes
    error_message = "timeout_minutes must be a whole number from 1 to 2880, got ${var.timeout_minutes}."
  }
}

variable "max_retries" {
  description = "How often a run that failed is tried again, 0 to 10."
  type        = number
  default     = 0

  validation {
    condition     = var.max_retries >= 0 && var.max_retries <= 10 && floor(var.max_retries) == var.max_retries
    error_message = "max_retries must be a whole number from 0 to 10, got ${var.max_retries}."
  }
}

variable "max_concurrent_runs" {
  description = "How many runs of the job there may be at a time, 1 to 100."
  type        = number
  default     = 1

  validation {
    condition     = var.max_concurrent_runs >= 1 && var.max_concurrent_runs <= 100 && floor(var.max_concurrent_runs) == var.max_concurrent_runs
    error_message = "max_concurrent_runs must be a whole number from 1 to 100, got ${var.max_concurrent_runs}."
  }

  validation {
    condition     = var.bookmark != "enable" || var.max_concurrent_runs == 1
    error_message = "max_concurrent_runs must be 1 with bookmark enable, got ${var.max_concurrent_runs}: two runs would move one mark."
  }
}

variable "schedule" {
  description = "When a trigger of the job's own starts it, in UTC: cron(minutes hours day-of-month month day-of-week year). Null for no trigger: an existing one, or a workflow's, starts the job by its name."
  type        = string
  default     = null

  validation {
    condition     = var.schedule == null || can(regex("^cron\\([^ ()]+( [^ ()]+){5}\\)$", var.schedule))
    error_message = "schedule must be null or a Glue schedule of six fields such as \"cron(30 3 * * ? *)\", got \"${coalesce(var.schedule, "null")}\"."
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
