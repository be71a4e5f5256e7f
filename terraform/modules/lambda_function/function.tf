resource "aws_lambda_function" "this" {
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

  environment {
    variables = var.environment
  }

  # Without its rights and its log group a first call could fail, or make a log group that never expires.
  depends_on = [aws_cloudwatch_log_group.function, aws_iam_role_policy.function]
}
