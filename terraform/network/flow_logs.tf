locals {
  flow_log_group = "/millrace/${var.name_prefix}/vpc-flow-logs"
}

module "key" {
  source = "../modules/kms_key"

  alias               = "alias/${var.name_prefix}-network"
  description         = "Flow logs of ${var.name_prefix}"
  deletion_protection = var.deletion_protection

  service_grants = {
    Logs = {
      principal = "logs.${var.region}.amazonaws.com"
      actions = [
        "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo",
      ]
      conditions = {
        ArnEquals = {
          "kms:EncryptionContext:aws:logs:arn" = ["arn:${data.aws_partition.current.partition}:logs:${var.region}:${var.account_id}:log-group:${local.flow_log_group}"]
        }
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "flow_logs" {
  # checkov:skip=CKV_AWS_338:how long logs are kept is the environment's choice

  name              = local.flow_log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = module.key.arn
}

resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.flow_logs.arn
  iam_role_arn    = aws_iam_role.flow_logs.arn

  tags = { Name = var.name_prefix }
}

resource "aws_iam_role" "flow_logs" {
  name                 = "${var.name_prefix}-flow-logs"
  description          = "VPC flow logs: writes to its own log group"
  permissions_boundary = var.permissions_boundary == null ? null : "arn:${data.aws_partition.current.partition}:iam::${var.account_id}:policy/${var.permissions_boundary}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account_id }
        ArnLike      = { "aws:SourceArn" = "arn:${data.aws_partition.current.partition}:ec2:${var.region}:${var.account_id}:vpc-flow-log/*" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "flow_logs" {
  name = "flow-logs"
  role = aws_iam_role.flow_logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "WriteFlowLogs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.flow_logs.arn}:*" # the group's streams: AWS names one for each interface
    }]
  })
}
