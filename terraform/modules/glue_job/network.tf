locals {
  connections = var.network == null ? [] : var.network.connections

  # Glue puts network interfaces into the subnet with the job's own role.
  network_statements = var.network == null ? [] : [
    {
      sid        = "ReadConnections"
      actions    = ["glue:GetConnection"]
      resources  = concat(["${local.glue_arn}:catalog"], [for name in var.network.connections : "${local.glue_arn}:connection/${name}"])
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
      actions = ["ec2:CreateNetworkInterface"]
      resources = [
        "${local.ec2_arn}:network-interface/*", # EC2 names it as it is made
        "${local.ec2_arn}:security-group/${var.network.security_group_id}",
        "${local.ec2_arn}:subnet/${var.network.subnet_id}",
      ]
      conditions = {}
    },
    {
      sid        = "LeaveNetwork"
      actions    = ["ec2:DeleteNetworkInterface"]
      resources  = ["${local.ec2_arn}:network-interface/*"] # EC2 named it; only in the job's subnet
      conditions = { ArnEquals = { "ec2:Subnet" = ["${local.ec2_arn}:subnet/${var.network.subnet_id}"] } }
    },
    {
      sid        = "TagNetworkInterfaces"
      actions    = ["ec2:CreateTags", "ec2:DeleteTags"]
      resources  = ["${local.ec2_arn}:network-interface/*"] # EC2 named it; only Glue's own tag
      conditions = { "ForAllValues:StringEquals" = { "aws:TagKeys" = ["aws-glue-service-resource"] } }
    },
  ]
}
