# Whatever is started without a group of its own gets this one: it lets nothing in or out.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name_prefix}-default-closed" }
}

# Glue requires a group that opens every TCP port to itself: drivers and executors talk on any port.
resource "aws_security_group" "glue" {
  # checkov:skip=CKV2_AWS_5:connections of stack mpp attach it

  name_prefix = "${var.name_prefix}-glue-" # a successor stands before the old one goes
  description = "Glue jobs: among themselves, to S3 and to interface endpoints"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name_prefix}-glue" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "glue_self" {
  # checkov:skip=CKV_AWS_24:only the group itself gets in
  # checkov:skip=CKV_AWS_25:only the group itself gets in
  # checkov:skip=CKV_AWS_260:only the group itself gets in

  security_group_id            = aws_security_group.glue.id
  description                  = "Glue workers among themselves"
  referenced_security_group_id = aws_security_group.glue.id
  ip_protocol                  = "tcp"
  from_port                    = 0
  to_port                      = 65535
}

resource "aws_vpc_security_group_egress_rule" "glue_self" {
  security_group_id            = aws_security_group.glue.id
  description                  = "Glue workers among themselves"
  referenced_security_group_id = aws_security_group.glue.id
  ip_protocol                  = "tcp"
  from_port                    = 0
  to_port                      = 65535
}

resource "aws_vpc_security_group_egress_rule" "glue_s3" {
  security_group_id = aws_security_group.glue.id
  description       = "S3 through the gateway endpoint"
  prefix_list_id    = aws_vpc_endpoint.gateway["s3"].prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "glue_endpoints" {
  security_group_id            = aws_security_group.glue.id
  description                  = "AWS services through the interface endpoints"
  referenced_security_group_id = aws_security_group.endpoints.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_security_group" "endpoints" {
  name_prefix = "${var.name_prefix}-endpoints-" # a successor stands before the old one goes
  description = "Interface endpoints: HTTPS from within the VPC"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name_prefix}-endpoints" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_vpc" {
  security_group_id = aws_security_group.endpoints.id
  description       = "HTTPS from within the VPC"
  cidr_ipv4         = aws_vpc.this.cidr_block
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
