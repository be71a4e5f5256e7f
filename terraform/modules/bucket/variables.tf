variable "name" {
  description = "Name of the bucket, unique in all of AWS."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 63 lower case letters, digits and hyphens, beginning and ending with a letter or digit, got \"${var.name}\" (${length(var.name)} characters)."
  }
}

variable "force_destroy" {
  description = "Whether destroying the bucket also deletes every object version in it."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts new objects by default. Null for SSE-S3."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn must be null or the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID), got \"${coalesce(var.kms_key_arn, "null")}\"."
  }
}
