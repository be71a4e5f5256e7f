# EC2 gives what it makes ids, not names: whose a thing is, its tag `business` says.
locals {
  in_ec2 = "${local.in_region.ec2}:*" # of this account in this region; ids have no pattern

  write_network_statements = [
    {
      # IfExists, because half of what these actions touch has no tags yet, or is AWS's own (images, the default
      # security group). What another business has tagged is refused.
      Sid    = "BuildUntaggedOrOurs"
      Effect = "Allow"
      Action = [
        "ec2:AllocateAddress",
        "ec2:AssociateAddress",
        "ec2:AssociateIamInstanceProfile",
        "ec2:AssociateRouteTable",
        "ec2:AttachInternetGateway",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateFlowLogs",
        "ec2:CreateInternetGateway",
        "ec2:CreateRoute",
        "ec2:CreateRouteTable",
        "ec2:CreateSecurityGroup",
        "ec2:CreateSubnet",
        "ec2:CreateTags",
        "ec2:CreateVpc",
        "ec2:CreateVpcEndpoint",
        "ec2:DeleteRoute",
        "ec2:DeleteTags",
        "ec2:DetachInternetGateway",
        "ec2:DisassociateAddress",
        "ec2:DisassociateIamInstanceProfile",
        "ec2:DisassociateRouteTable",
        "ec2:GetConsoleOutput",
        "ec2:ImportKeyPair",
        "ec2:ModifyInstanceAttribute",
        "ec2:ModifyInstanceMetadataOptions",
        "ec2:ModifySecurityGroupRules",
        "ec2:ModifySubnetAttribute",
        "ec2:ModifyVolume",
        "ec2:ModifyVpcAttribute",
        "ec2:ModifyVpcEndpoint",
        "ec2:MonitorInstances",
        "ec2:ReplaceIamInstanceProfileAssociation",
        "ec2:ReplaceRoute",
        "ec2:ReplaceRouteTableAssociation",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RunInstances",
        "ec2:StartInstances",
        "ec2:UnmonitorInstances",
        "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
        "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
      ]
      Resource  = [local.in_ec2, "arn:${local.partition}:ec2:${var.region}::image/*"] # an image is its publisher's
      Condition = { StringEqualsIfExists = { "aws:ResourceTag/business" = var.business } }
    },
    {
      Sid    = "RemoveOurs"
      Effect = "Allow"
      Action = [
        "ec2:DeleteFlowLogs",
        "ec2:DeleteInternetGateway",
        "ec2:DeleteKeyPair",
        "ec2:DeleteRouteTable",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteSubnet",
        "ec2:DeleteVpc",
        "ec2:DeleteVpcEndpoints",
        "ec2:ReleaseAddress",
        "ec2:StopInstances",
        "ec2:TerminateInstances",
      ]
      Resource  = local.in_ec2
      Condition = { StringEquals = { "aws:ResourceTag/business" = var.business } }
    },
    {
      # An interface endpoint with private DNS brings a zone of AWS's own along.
      Sid       = "PrivateNamesOfEndpoints"
      Effect    = "Allow"
      Action    = "route53:AssociateVPCWithHostedZone"
      Resource  = "*" # the zone is AWS's and has no ARN that could be known here
      Condition = { "ForAnyValue:StringEquals" = { "aws:CalledVia" = ["ec2.amazonaws.com"] } }
    },
  ]
}
