resource "aws_glue_trigger" "this" {
  count = var.schedule == null ? 0 : 1

  name              = var.name
  description       = "Starts ${var.name} by the clock"
  type              = "SCHEDULED"
  schedule          = var.schedule
  start_on_creation = true

  actions {
    job_name = aws_glue_job.this.name
  }
}
