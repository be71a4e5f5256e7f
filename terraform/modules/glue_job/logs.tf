# The two groups that Glue 5.0 writes to below the prefix, made here so that they expire.
resource "aws_cloudwatch_log_group" "job" {
  for_each = toset(["error", "output"])

  name              = "${local.log_group_prefix}/${each.key}"
  retention_in_days = var.log_retention_days
}
