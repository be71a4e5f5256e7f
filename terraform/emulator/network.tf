# gap: security-group-prefix-list - that a security group lets traffic out to S3's address list alone
resource "aws_vpc_security_group_egress_rule" "glue_s3" {
  count = 0
}

# gap: gateway-endpoint-policy - that gateway endpoints serve this account's principals and package managers alone
resource "aws_vpc_endpoint" "gateway" {
  policy = null
}

# gap: interface-endpoint-settings - private DNS, security group and policy of the interface endpoints
resource "aws_vpc_endpoint" "interface" {
  private_dns_enabled = null
  security_group_ids  = null
  policy              = null
}

# gap: flow-log - the flow log itself: its role and log group are there
resource "aws_flow_log" "this" {
  count = 0
}
