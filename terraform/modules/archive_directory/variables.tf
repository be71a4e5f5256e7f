variable "bucket" {
  description = "Name of the bucket the archive goes into."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.bucket}\"."
  }
}

variable "key" {
  description = "Key of the archive in the bucket."
  type        = string

  validation {
    condition     = can(regex("^([A-Za-z0-9._-]+/)*[A-Za-z0-9._-]+\\.zip$", var.key))
    error_message = "key must end in .zip and hold letters, digits, dots, hyphens, underscores and slashes alone, got \"${var.key}\"."
  }
}

variable "archive" {
  description = "Path of the zip that was built from the directory."
  type        = string

  validation {
    condition     = fileexists(var.archive)
    error_message = "archive must be the path of a zip that is there, got \"${var.archive}\". Every plan by this project's commands builds it: npx zx scripts/plan.mjs"
  }
}
