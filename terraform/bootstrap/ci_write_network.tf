# EC2 gives what it makes ids, not names: whose a thing is, its tag `business` says. What has no such tag is someone
# else's: it is neither tagged nor changed nor built into, but for the exceptions said below.
locals {
  in_ec2        = "${local.in_region.ec2}:*" # of this account in this region; ids have no pattern
  is_ours       = { StringEquals = { "aws:ResourceTag/business" = var.business } }
  becomes_ours  = { StringEquals = { "aws:RequestTag/business" = var.business } }
  closed_groups = "${var.business}-*-default-closed"

  # By what they make, so that a tag in the request never counts for what the request only uses.
  ec2_makers = {
    Bases = {
      actions = ["AllocateAddress", "CreateInternetGateway", "CreateVpc", "ImportKeyPair"]
      makes   = ["elastic-ip", "internet-gateway", "key-pair", "vpc"]
    }
    PartsOfVpcs = {
      actions = ["CreateRouteTable", "CreateSecurityGroup", "CreateSubnet"]
      makes   = ["route-table", "security-group", "subnet"]
    }
    InVpcs = {
      actions = ["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "CreateFlowLogs", "CreateVpcEndpoint", "RunInstances"]
      makes   = ["instance", "security-group-rule", "vpc-endpoint", "vpc-flow-log"]
    }
  }

  write_network_statements = concat(
    [
      for name, maker in local.ec2_makers : {
        Sid       = "Make${name}"
        Effect    = "Allow"
        Action    = [for action in maker.actions : "ec2:${action}"]
        Resource  = [for type in maker.makes : "${local.in_region.ec2}:${type}/*"] # ids have no pattern
        Condition = local.becomes_ours
      }
    ],
    [
      {
        Sid    = "ChangeAndUseOurs"
        Effect = "Allow"
        Action = concat(
          # What the makers put their things into.
          [for action in concat(local.ec2_makers.PartsOfVpcs.actions, local.ec2_makers.InVpcs.actions) : "ec2:${action}"],
          [
            "ec2:AssociateAddress",
            "ec2:AssociateIamInstanceProfile",
            "ec2:AssociateRouteTable",
            "ec2:AttachInternetGateway",
            "ec2:CreateRoute",
            "ec2:CreateTags",
            "ec2:DeleteFlowLogs",
            "ec2:DeleteInternetGateway",
            "ec2:DeleteKeyPair",
            "ec2:DeleteRoute",
            "ec2:DeleteRouteTable",
            "ec2:DeleteSecurityGroup",
            "ec2:DeleteSubnet",
            "ec2:DeleteTags",
            "ec2:DeleteVpc",
            "ec2:DeleteVpcEndpoints",
            "ec2:DetachInternetGateway",
            "ec2:DisassociateAddress",
            "ec2:DisassociateIamInstanceProfile",
            "ec2:DisassociateRouteTable",
            "ec2:GetConsoleOutput",
            "ec2:ModifyInstanceAttribute",
            "ec2:ModifyInstanceMetadataOptions",
            "ec2:ModifySecurityGroupRules",
            "ec2:ModifySubnetAttribute",
            "ec2:ModifyVolume",
            "ec2:ModifyVpcAttribute",
            "ec2:ModifyVpcEndpoint",
            "ec2:MonitorInstances",
            "ec2:ReleaseAddress",
            "ec2:ReplaceIamInstanceProfileAssociation",
            "ec2:ReplaceRoute",
            "ec2:ReplaceRouteTableAssociation",
            "ec2:RevokeSecurityGroupEgress",
            "ec2:RevokeSecurityGroupIngress",
            "ec2:StartInstances",
            "ec2:StopInstances",
            "ec2:TerminateInstances",
            "ec2:UnmonitorInstances",
            "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
            "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
          ],
        )
        Resource  = local.in_ec2
        Condition = local.is_ours
      },
      {
        Sid      = "TagWhatIsBeingMade"
        Effect   = "Allow"
        Action   = "ec2:CreateTags"
        Resource = local.in_ec2
        Condition = {
          StringEquals = {
            "aws:RequestTag/business" = var.business
            "ec2:CreateAction"        = flatten(values(local.ec2_makers)[*].actions)
          }
        }
      },
      {
        # An instance brings its disk and its interface along, untagged.
        Sid      = "DisksAndInterfacesOfInstances"
        Effect   = "Allow"
        Action   = "ec2:RunInstances"
        Resource = [for type in ["network-interface", "volume"] : "${local.in_region.ec2}:${type}/*"] # ids have no pattern
      },
      {
        # An instance's address is put on its interface. The address, and the instance where one is named, must be ours.
        Sid       = "AddressesOfInterfaces"
        Effect    = "Allow"
        Action    = ["ec2:AssociateAddress", "ec2:DisassociateAddress"]
        Resource  = "${local.in_region.ec2}:network-interface/*" # ids have no pattern
        Condition = { StringEqualsIfExists = { "aws:ResourceTag/business" = var.business } }
      },
      {
        Sid       = "PublishedImages"
        Effect    = "Allow"
        Action    = "ec2:RunInstances"
        Resource  = [for type in ["image", "snapshot"] : "arn:${local.partition}:ec2:${var.region}::${type}/*"] # their publisher's
        Condition = { StringNotEquals = { "ec2:Owner" = var.account_id } }                                      # the account's own hold others' data
      },
      {
        # EC2 makes a VPC's default group by itself, untagged, and nothing tells it from another's. So what has been
        # claimed under this name can be emptied, as stack network does, and never be opened.
        Sid      = "ClaimDefaultGroups"
        Effect   = "Allow"
        Action   = "ec2:CreateTags"
        Resource = "${local.in_region.ec2}:security-group/*" # ids have no pattern
        Condition = {
          StringEquals         = { "aws:RequestTag/business" = var.business }
          StringEqualsIfExists = { "aws:ResourceTag/business" = var.business }
          StringLike           = { "aws:RequestTag/Name" = local.closed_groups }
        }
      },
      {
        Sid    = "NeverOpenDefaultGroups"
        Effect = "Deny"
        Action = [
          "ec2:AuthorizeSecurityGroupEgress",
          "ec2:AuthorizeSecurityGroupIngress",
          "ec2:DeleteSecurityGroup",
          "ec2:ModifySecurityGroupRules",
        ]
        Resource  = "${local.in_region.ec2}:security-group/*" # ids have no pattern
        Condition = { StringLike = { "aws:ResourceTag/Name" = local.closed_groups } }
      },
      {
        Sid      = "NeverRenameDefaultGroups"
        Effect   = "Deny"
        Action   = ["ec2:CreateTags", "ec2:DeleteTags"]
        Resource = "${local.in_region.ec2}:security-group/*" # ids have no pattern
        Condition = {
          StringLike                           = { "aws:ResourceTag/Name" = local.closed_groups }
          StringNotLike                        = { "aws:RequestTag/Name" = local.closed_groups }
          "ForAnyValue:StringEqualsIgnoreCase" = { "aws:TagKeys" = ["Name"] }
        }
      },
      {
        # An interface endpoint with private DNS brings a zone of AWS's own along.
        Sid      = "PrivateNamesOfEndpoints"
        Effect   = "Allow"
        Action   = "route53:AssociateVPCWithHostedZone"
        Resource = "*" # the zone is AWS's, its id and the VPC's are known only to EC2, which asks in the caller's name
      },
    ],
  )
}
