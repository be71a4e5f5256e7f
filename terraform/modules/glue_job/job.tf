resource "aws_glue_job" "this" {
  name                   = var.name
  description            = var.description
  role_arn               = local.role_arn
  glue_version           = "5.0"
  execution_class        = "STANDARD"
  worker_type            = var.worker_type
  number_of_workers      = var.worker_count
  timeout                = var.timeout_minutes
  max_retries            = var.max_retries
  connections            = local.connections
  security_configuration = var.security_configuration

  command {
    name            = "glueetl"
    python_version  = "3"
    script_location = "s3://${var.script.bucket}/${var.script.key}"
  }

  execution_property {
    max_concurrent_runs = var.max_concurrent_runs
  }

  default_arguments = merge(var.arguments, local.temporary_arguments, {
    "--job-language"                 = "python"
    "--job-bookmark-option"          = "job-bookmark-${var.bookmark}"
    "--enable-metrics"               = "true"
    "--enable-observability-metrics" = "true"
    "--custom-logGroup-prefix"       = local.log_group_prefix
  })

  depends_on = [aws_cloudwatch_log_group.job, aws_iam_role_policy.job]
}

locals {
  temporary_arguments = var.temporary == null ? {} : {
    "--TempDir"               = "s3://${var.temporary.bucket}/${var.temporary.prefix}"
    "--enable-spark-ui"       = "true"
    "--spark-event-logs-path" = "s3://${var.temporary.bucket}/${var.temporary.prefix}spark-events/"
  }
}
