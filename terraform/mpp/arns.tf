data "aws_partition" "current" {}

locals {
  partition                = data.aws_partition.current.partition
  permissions_boundary_arn = var.permissions_boundary == null ? null : "arn:${local.partition}:iam::${var.account_id}:policy/${var.permissions_boundary}"
}
