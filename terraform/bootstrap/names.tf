data "aws_partition" "current" {}

# What the environments' stacks name, as patterns of ARNs. An environment's name is not known here, but everything
# begins with the business, and buckets have two words before the account: <business>-<env>-<role>-<account>-<region>.
# The state bucket has one and the CI roles have a path, so neither is among them.
locals {
  partition = data.aws_partition.current.partition
  iam       = "arn:${local.partition}:iam::${var.account_id}"

  in_region = {
    for service in ["athena", "cloudwatch", "dynamodb", "ec2", "glue", "kms", "lambda", "logs", "scheduler", "secretsmanager", "sns", "sqs"] :
    service => "arn:${local.partition}:${service}:${var.region}:${var.account_id}"
  }

  ours = {
    buckets           = "arn:${local.partition}:s3:::${var.business}-*-*-${var.account_id}-${var.region}"
    roles             = "${local.iam}:role/${var.business}-*"
    instance_profiles = "${local.iam}:instance-profile/${var.business}-*"
    functions         = "${local.in_region.lambda}:function:${var.business}-*"
    queues            = "${local.in_region.sqs}:${var.business}-*"
    topics            = "${local.in_region.sns}:${var.business}-*"
    alarms            = "${local.in_region.cloudwatch}:alarm:${var.business}-*"
    secrets           = "${local.in_region.secretsmanager}:secret:${var.business}-*"
    workgroups        = "${local.in_region.athena}:workgroup/${var.business}-*"
    schedules         = "${local.in_region.scheduler}:schedule/${var.business}-*"
    schedule_groups   = "${local.in_region.scheduler}:schedule-group/${var.business}-*"
    log_groups        = "${local.in_region.logs}:log-group:/*/${var.business}-*" # /aws/lambda/..., /aws-glue/jobs/..., /millrace/...
  }

  # Athena takes no hyphens in a database's name.
  database_prefix = replace(var.business, "-", "_")

  catalog = [
    "${local.in_region.glue}:catalog",
    "${local.in_region.glue}:database/${local.database_prefix}_*",
    "${local.in_region.glue}:table/${local.database_prefix}_*",
  ]

  # Objects that Terraform itself uploads.
  uploads = [
    for role in ["codebase", "configuration", "orchestration", "etl", "scripts", "worker"] :
    "arn:${local.partition}:s3:::${var.business}-*-${role}-${var.account_id}-${var.region}/*"
  ]
}
