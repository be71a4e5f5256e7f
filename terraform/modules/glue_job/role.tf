data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  created  = var.role_arn == null
  role_arn = local.created ? one(aws_iam_role.job[*].arn) : var.role_arn

  account_scope = "${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}"

  # What any run needs, whatever its script does.
  run_statements = [
    {
      sid        = "ReadScript"
      actions    = ["s3:GetObject"]
      resources  = ["arn:${data.aws_partition.current.partition}:s3:::${var.script.bucket}/${var.script.key}"]
      conditions = {}
    },
    {
      sid        = "WriteLogs"
      actions    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources  = ["arn:${data.aws_partition.current.partition}:logs:${local.account_scope}:log-group:${local.log_group_prefix}/*"]
      conditions = {}
    },
    {
      sid        = "PublishMetrics"
      actions    = ["cloudwatch:PutMetricData"]
      resources  = ["*"] # the action knows no resources; the condition limits it
      conditions = { StringEquals = { "cloudwatch:namespace" = ["Glue"] } }
    },
  ]

  # Glue puts network interfaces into the connection's subnet with the job's own role.
  connection_statements = length(var.connections) == 0 ? [] : [
    {
      sid     = "ReadConnections"
      actions = ["glue:GetConnection"]
      resources = concat(
        ["arn:${data.aws_partition.current.partition}:glue:${local.account_scope}:catalog"],
        [for name in var.connections : "arn:${data.aws_partition.current.partition}:glue:${local.account_scope}:connection/${name}"],
      )
      conditions = {}
    },
    {
      sid = "FindNetwork"
      actions = [
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeVpcEndpoints",
      ]
      resources  = ["*"] # EC2's Describe actions know no resources
      conditions = {}
    },
    {
      sid     = "JoinNetwork"
      actions = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]
      resources = [
        for type in ["network-interface", "security-group", "subnet"] :
        "arn:${data.aws_partition.current.partition}:ec2:${local.account_scope}:${type}/*"
      ]
      conditions = {}
    },
    {
      sid        = "TagNetworkInterfaces"
      actions    = ["ec2:CreateTags", "ec2:DeleteTags"]
      resources  = ["arn:${data.aws_partition.current.partition}:ec2:${local.account_scope}:network-interface/*"]
      conditions = { "ForAllValues:StringEquals" = { "aws:TagKeys" = ["aws-glue-service-resource"] } }
    },
  ]
}

resource "aws_iam_role" "job" {
  count = local.created ? 1 : 0

  name        = var.name
  description = "Runs the Glue job ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "glue.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "job" {
  count = local.created ? 1 : 0

  name = "job"
  role = aws_iam_role.job[0].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in concat(local.run_statements, local.connection_statements, var.statements) : merge(
        {
          Sid      = statement.sid
          Effect   = "Allow"
          Action   = statement.actions
          Resource = statement.resources
        },
        length(statement.conditions) == 0 ? {} : { Condition = statement.conditions },
      )
    ]
  })
}
