variable "bucket" {
  description = "Name of the bucket the files go into."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be a name of 3 to 63 lower case letters, digits and hyphens, got \"${var.bucket}\"."
  }
}

variable "folder" {
  description = "Path of the folder whose files are uploaded, those of its subfolders included."
  type        = string

  validation {
    condition     = length(fileset(var.folder, "**")) > 0
    error_message = "folder must be the path of a folder that holds files, got \"${var.folder}\"."
  }
}

variable "prefix" {
  description = "Beginning of every key, with its closing slash. Empty for none."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([A-Za-z0-9._-]+/)*$", var.prefix))
    error_message = "prefix must be empty or names of letters, digits, dots, hyphens and underscores, each with a slash behind it, got \"${var.prefix}\"."
  }
}
