provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      project     = "millrace"
      business    = var.business
      environment = var.environment
      stack       = "ingest"
    }
  }
}
