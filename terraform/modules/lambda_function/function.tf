# trivy:ignore:AWS-0066 the log tells what a trace would, and X-Ray's rights cannot be held to a resource
resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_50:one function, one source, one bucket: the log tells what a trace would, and X-Ray's rights cannot be held to a resource
  # checkov:skip=CKV_AWS_116:failed calls go to an on-failure destination (calls.tf), which tells more than a dead_letter_config
  # checkov:skip=CKV_AWS_117:reads a public source and writes to S3; in a VPC it would need a NAT gateway and reach nothing more
  # checkov:skip=CKV_AWS_272:whoever may deploy could sign as well, so a signature would prove nothing
  function_name                  = var.name
  description                    = var.description
  role                           = aws_iam_role.function.arn
  runtime                        = "nodejs22.x"
  architectures                  = ["x86_64"]
  handler                        = var.handler
  filename                       = var.package
  source_code_hash               = filebase64sha256(var.package)
  memory_size                    = var.memory_mib
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency == null ? -1 : var.reserved_concurrency
  kms_key_arn                    = var.kms_key_arn

  environment {
    variables = var.environment
  }

  # Without its rights and its log group a first call could fail, or make a log group that never expires.
  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.function]
}
