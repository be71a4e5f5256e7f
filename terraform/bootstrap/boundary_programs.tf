locals {
  boundary_programs = [
    {
      Sid    = "Logs"
      Effect = "Allow"
      Action = [
        "logs:AssociateKmsKey",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
      ]
      Resource = [local.ours.log_groups, "${local.in_region.logs}:log-group:/aws-glue/*"] # Glue names some by itself
    },
    {
      Sid    = "FindAndMeasure"
      Effect = "Allow"
      Action = [
        "cloudwatch:PutMetricData",
        "ec2:Describe*", # all of EC2's questions: they change nothing
        "logs:DescribeLogGroups",
      ]
      Resource = "*" # these actions know no resources
    },
    {
      # Glue puts its workers into the network with the job's own role.
      Sid    = "JoinNetwork"
      Effect = "Allow"
      Action = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]
      Resource = [
        for type in ["network-interface", "security-group", "subnet"] : "${local.in_region.ec2}:${type}/*" # EC2 names them
      ]
    },
    {
      # Glue's own mark and no other: a tag `business` would make what is someone else's ours.
      Sid    = "MarkNetwork"
      Effect = "Allow"
      Action = ["ec2:CreateTags", "ec2:DeleteTags"]
      Resource = [
        for type in ["network-interface", "security-group", "subnet"] : "${local.in_region.ec2}:${type}/*" # EC2 names them
      ]
      Condition = {
        Null                        = { "aws:TagKeys" = "false" }
        "ForAllValues:StringEquals" = { "aws:TagKeys" = ["aws-glue-service-resource"] }
      }
    },
    {
      Sid      = "StartSendAndAlert"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction", "sqs:SendMessage", "sns:Publish"]
      Resource = [local.ours.functions, "${local.ours.functions}:*", local.ours.queues, local.ours.topics]
    },
    {
      # AmazonSSMManagedInstanceCore without its right to read every parameter of the account.
      Sid    = "SessionManager"
      Effect = "Allow"
      Action = [
        "ec2messages:AcknowledgeMessage",
        "ec2messages:DeleteMessage",
        "ec2messages:FailMessage",
        "ec2messages:GetEndpoint",
        "ec2messages:GetMessages",
        "ec2messages:SendReply",
        "ssm:DescribeAssociation",
        "ssm:DescribeDocument",
        "ssm:GetDeployablePatchSnapshotForInstance",
        "ssm:GetDocument",
        "ssm:GetManifest",
        "ssm:ListAssociations",
        "ssm:ListInstanceAssociations",
        "ssm:PutComplianceItems",
        "ssm:PutConfigurePackageResult",
        "ssm:PutInventory",
        "ssm:UpdateAssociationStatus",
        "ssm:UpdateInstanceAssociationStatus",
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ]
      Resource = "*" # what the agent speaks to has no resources, or AWS's own documents
    },
  ]
}
