mock_provider "aws" {
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
    error_message = "Glue's only way out is S3"
  }

  assert {
    condition     = aws_vpc.this.enable_dns_support && aws_vpc.this.enable_dns_hostnames
    error_message = "DNS is on, as Glue's connections need"
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
  }

  expect_failures = [
    var.region, var.account_id, var.business, var.environment, var.name_prefix, var.vpc_cidr, var.zone_count,
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
