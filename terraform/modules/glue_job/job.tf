locals {
  log_group_prefix = "/aws-glue/jobs/${var.name}"
}

resource "aws_glue_job" "this" {
  name              = var.name
  description       = var.description
  role_arn          = local.role_arn
  glue_version      = "5.0"
  execution_class   = "STANDARD"
  worker_type       = var.worker_type
  number_of_workers = var.worker_count
  timeout           = var.timeout_minutes
  max_retries       = 0
  connections       = var.connections

  command {
    name            = "glueetl"
    python_version  = "3"
    script_location = "s3://${aws_s3_object.script.bucket}/${aws_s3_object.script.key}"
  }

  default_arguments = merge(var.arguments, {
    "--job-language"                 = "python"
    "--job-bookmark-option"          = "job-bookmark-disable"
    "--enable-metrics"               = "true"
    "--enable-observability-metrics" = "true"
    "--custom-logGroup-prefix"       = local.log_group_prefix
  })

  depends_on = [aws_cloudwatch_log_group.job, aws_iam_role_policy.job]
}
