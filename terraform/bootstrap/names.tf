data "aws_partition" "current" {}

# What the environments' stacks name, as patterns of ARNs. An environment's name is not known here, but everything
# begins with the business and an environment: <business>-<env>-<role>, for buckets with -<account>-<region> behind. The
# state bucket has one word before the account and the CI roles have a path, so neither is among them.
locals {
  partition = data.aws_partition.current.partition
  iam       = "arn:${local.partition}:iam::${var.account_id}"

  in_region = {
    for service in ["athena", "cloudwatch", "dynamodb", "ec2", "glue", "kms", "lambda", "logs", "scheduler", "secretsmanager", "sns", "sqs"] :
    service => "arn:${local.partition}:${service}:${var.region}:${var.account_id}"
  }

  ours = {
    buckets           = "arn:${local.partition}:s3:::${var.business}-*-*-${var.account_id}-${var.region}"
    roles             = "${local.iam}:role/${var.business}-*-*"
    instance_profiles = "${local.iam}:instance-profile/${var.business}-*-*"
    functions         = "${local.in_region.lambda}:function:${var.business}-*-*"
    queues            = "${local.in_region.sqs}:${var.business}-*-*"
    topics            = "${local.in_region.sns}:${var.business}-*-*"
    alarms            = "${local.in_region.cloudwatch}:alarm:${var.business}-*-*"
    secrets           = "${local.in_region.secretsmanager}:secret:${var.business}-*-*"
    workgroups        = "${local.in_region.athena}:workgroup/${var.business}-*" # the prefix alone
    schedules         = "${local.in_region.scheduler}:schedule/${var.business}-*-*"
    schedule_groups   = "${local.in_region.scheduler}:schedule-group/${var.business}-*-*"
    log_groups        = "${local.in_region.logs}:log-group:/*/${var.business}-*" # /aws/lambda/<business>-<env>-..., /millrace/<business>-<env>/...
  }

  # Athena takes no hyphens in a database's name.
  database_prefix = replace(var.business, "-", "_")

  catalog = [
    "${local.in_region.glue}:catalog",
    "${local.in_region.glue}:database/${local.database_prefix}_*_*",
    "${local.in_region.glue}:table/${local.database_prefix}_*_*",
  ]

  uploads_to = {
    for role in ["codebase", "configuration", "orchestration", "scripts", "worker"] :
    role => "arn:${local.partition}:s3:::${var.business}-*-${role}-${var.account_id}-${var.region}"
  }

  # Objects that Terraform itself uploads. The rest of the worker's bucket is data.
  uploads = [for role, bucket in local.uploads_to : role == "worker" ? "${bucket}/samples/*" : "${bucket}/*"]
}
