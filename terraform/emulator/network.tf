# gap: security-group-prefix-list - that a security group lets traffic out to S3's address list alone
resource "aws_vpc_security_group_egress_rule" "glue_s3" {
  count = 0
}
