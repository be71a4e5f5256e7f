data "aws_partition" "current" {}

locals {
  # Of what does not exist yet, or stands in a policy of its own: ARNs up to the resource's name.
  arn = {
    for service in ["cloudwatch", "kms", "logs", "scheduler", "sns", "sqs"] :
    service => "arn:${data.aws_partition.current.partition}:${service}:${var.region}:${var.account_id}"
  }

  permissions_boundary_arn = (
    var.permissions_boundary == null ? null :
    "arn:${data.aws_partition.current.partition}:iam::${var.account_id}:policy/${var.permissions_boundary}"
  )
}
