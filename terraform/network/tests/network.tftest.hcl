mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/millrace/acme-test/vpc-flow-logs" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/acme-test-flow-logs" }
  }

  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1c", "eu-west-1a", "eu-west-1b"] }
  }

  mock_resource "aws_vpc_endpoint" {
    defaults = { prefix_list_id = "pl-0123456789abcdef0" }
  }
}

variables {
  region      = "eu-west-1"
  account_id  = "123456789012"
  business    = "acme"
  environment = "test"
  name_prefix = "acme-test"
  vpc_cidr    = "10.20.0.0/16"
}

run "lays_out_a_closed_network" {
  assert {
    condition     = { for zone, subnet in aws_subnet.public : zone => subnet.cidr_block } == { eu-west-1a = "10.20.0.0/20", eu-west-1b = "10.20.16.0/20" }
    error_message = "public subnets fill the lower half, zones in the order of their names"
  }

  assert {
    condition     = { for zone, subnet in aws_subnet.private : zone => subnet.cidr_block } == { eu-west-1a = "10.20.128.0/20", eu-west-1b = "10.20.144.0/20" }
    error_message = "private subnets fill the upper half"
  }

  assert {
    condition     = output.private_subnet_zones == tolist(["eu-west-1a", "eu-west-1b"]) && output.private_subnet_ids == [for zone in ["eu-west-1a", "eu-west-1b"] : aws_subnet.private[zone].id]
    error_message = "subnets and zones stand in the same order"
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : !subnet.map_public_ip_on_launch])
    error_message = "nothing gets a public address unasked"
  }

  assert {
    condition     = aws_route.internet.route_table_id == aws_route_table.public.id && length(aws_route_table.private.route) == 0
    error_message = "only the public table leads to the internet"
  }

  assert {
    condition = alltrue([
      for service, endpoint in aws_vpc_endpoint.gateway :
      endpoint.vpc_endpoint_type == "Gateway" && contains(endpoint.route_table_ids, aws_route_table.private.id) && endpoint.service_name == "com.amazonaws.eu-west-1.${service}"
    ]) && toset(keys(aws_vpc_endpoint.gateway)) == toset(["dynamodb", "s3"])
    error_message = "S3 and DynamoDB are reached without the internet"
  }

  assert {
    condition = alltrue([
      for endpoint in aws_vpc_endpoint.gateway :
      jsondecode(endpoint.policy).Statement[0].Condition == { StringEquals = { "aws:PrincipalAccount" = "123456789012" } }
    ])
    error_message = "through the gateway endpoints the credentials of no other account work"
  }

  assert {
    condition = length(jsondecode(aws_vpc_endpoint.gateway["dynamodb"].policy).Statement) == 1 && slice(jsondecode(aws_vpc_endpoint.gateway["s3"].policy).Statement, 1, 2) == [{
      Sid       = "PackageRepositories"
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource = [
        "arn:aws:s3:::al2023-eu-west-1/*",
        "arn:aws:s3:::al2023-repos-eu-west-1-de612dc2/*",
        "arn:aws:s3:::amazonlinux-2-repos-eu-west-1/*",
        "arn:aws:s3:::amazonlinux.eu-west-1.amazonaws.com/*",
      ]
    }]
    error_message = "without credentials only Amazon Linux's packages may be read"
  }

  assert {
    condition     = length(aws_vpc_endpoint.interface) == 0
    error_message = "endpoints that cost are made only when asked for"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.endpoints_vpc.security_group_id == aws_security_group.endpoints.id && aws_vpc_security_group_ingress_rule.endpoints_vpc.cidr_ipv4 == "10.20.0.0/16" && aws_vpc_security_group_ingress_rule.endpoints_vpc.from_port == 443 && aws_vpc_security_group_ingress_rule.endpoints_vpc.to_port == 443
    error_message = "interface endpoints are open to the VPC on HTTPS alone"
  }

  assert {
    condition     = aws_flow_log.this.vpc_id == aws_vpc.this.id && aws_flow_log.this.traffic_type == "ALL" && aws_flow_log.this.log_destination == aws_cloudwatch_log_group.flow_logs.arn && aws_flow_log.this.iam_role_arn == aws_iam_role.flow_logs.arn
    error_message = "all traffic of the VPC is logged"
  }

  assert {
    condition     = aws_cloudwatch_log_group.flow_logs.name == "/millrace/acme-test/vpc-flow-logs" && aws_cloudwatch_log_group.flow_logs.retention_in_days == 30 && aws_cloudwatch_log_group.flow_logs.kms_key_id == module.key.arn
    error_message = "flow logs are encrypted and kept for a bounded time"
  }

  assert {
    condition = jsondecode(aws_iam_role.flow_logs.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = "123456789012" }
        ArnLike      = { "aws:SourceArn" = "arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/*" }
      }
    }] && aws_iam_role.flow_logs.permissions_boundary == null
    error_message = "only flow logs of this account and region take on the role"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.flow_logs.policy).Statement == [{
      Sid      = "WriteFlowLogs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/millrace/acme-test/vpc-flow-logs:*"
    }]
    error_message = "the role writes to the flow logs' group and does nothing else"
  }

  assert {
    condition     = length(aws_default_security_group.closed.ingress) == 0 && length(aws_default_security_group.closed.egress) == 0
    error_message = "the default security group lets nothing in or out"
  }

  assert {
    condition = alltrue([
      for rule in [aws_vpc_security_group_ingress_rule.glue_self, aws_vpc_security_group_egress_rule.glue_self] :
      rule.referenced_security_group_id == aws_security_group.glue.id && rule.ip_protocol == "tcp" && rule.from_port == 0 && rule.to_port == 65535
    ])
    error_message = "Glue's group is open to itself on every TCP port, and to nothing else"
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.glue_s3.prefix_list_id == "pl-0123456789abcdef0" && aws_vpc_security_group_egress_rule.glue_s3.to_port == 443
    error_message = "out of the VPC Glue reaches S3 alone"
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.glue_endpoints.security_group_id == aws_security_group.glue.id && aws_vpc_security_group_egress_rule.glue_endpoints.referenced_security_group_id == aws_security_group.endpoints.id && aws_vpc_security_group_egress_rule.glue_endpoints.from_port == 443 && aws_vpc_security_group_egress_rule.glue_endpoints.to_port == 443
    error_message = "within the VPC Glue reaches the interface endpoints"
  }

  assert {
    condition     = aws_vpc.this.enable_dns_support && aws_vpc.this.enable_dns_hostnames
    error_message = "DNS is on, as Glue's connections need"
  }
}

run "adds_interface_endpoints" {
  variables {
    interface_endpoints  = ["glue", "ssmmessages"]
    log_retention_days   = 90
    permissions_boundary = "acme-boundary-eu-west-1"
  }

  assert {
    condition = { for service, endpoint in aws_vpc_endpoint.interface : service => endpoint.service_name } == {
      glue        = "com.amazonaws.eu-west-1.glue"
      ssmmessages = "com.amazonaws.eu-west-1.ssmmessages"
    }
    error_message = "one endpoint for each service"
  }

  assert {
    condition = alltrue([
      for endpoint in aws_vpc_endpoint.interface :
      endpoint.vpc_endpoint_type == "Interface" && endpoint.private_dns_enabled && endpoint.subnet_ids == toset([for subnet in aws_subnet.private : subnet.id]) && endpoint.security_group_ids == toset([aws_security_group.endpoints.id])
    ])
    error_message = "in every private subnet, under the service's own name, behind the endpoints' group"
  }

  assert {
    condition     = jsondecode(aws_vpc_endpoint.interface["glue"].policy).Statement[0].Condition == { StringEquals = { "aws:PrincipalAccount" = "123456789012" } }
    error_message = "through an interface endpoint the credentials of no other account work"
  }

  assert {
    condition     = aws_cloudwatch_log_group.flow_logs.retention_in_days == 90 && aws_iam_role.flow_logs.permissions_boundary == "arn:aws:iam::123456789012:policy/acme-boundary-eu-west-1"
    error_message = "retention and boundary are the ones given"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    region      = "Frankfurt"
    account_id  = "1234"
    business    = "Acme_Corp"
    environment = "Test"
    name_prefix = "Acme-Test"
    vpc_cidr    = "10.20.0.7/16"
    zone_count  = 1

    interface_endpoints  = ["glue", "s3"]
    log_retention_days   = 45
    permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
  }

  expect_failures = [
    var.region, var.account_id, var.business, var.environment, var.name_prefix, var.vpc_cidr, var.zone_count,
    var.interface_endpoints, var.log_retention_days, var.permissions_boundary,
  ]
}

run "refuses_a_range_that_is_too_small" {
  command = plan

  variables {
    vpc_cidr = "10.20.0.0/24"
  }

  expect_failures = [var.vpc_cidr]
}

run "refuses_more_zones_than_the_region_has" {
  command = plan

  variables {
    zone_count = 4
  }

  expect_failures = [data.aws_availability_zones.available]
}
