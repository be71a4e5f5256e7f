resource "aws_security_group" "worker" {
  name_prefix = "${var.name_prefix}-worker-" # a successor stands before the old one goes
  description = "Worker: SSH and HTTPS from the caller, the web outwards"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name_prefix}-worker" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "caller" {
  for_each = var.private ? {} : { ssh = 22, https = 443 }

  security_group_id = aws_security_group.worker.id
  description       = "${each.key} from the caller"
  cidr_ipv4         = var.caller_cidr
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

# trivy:ignore:AWS-0104 AWS's own interfaces and the package repositories, some of which still answer on plain HTTP
resource "aws_vpc_security_group_egress_rule" "web" {
  for_each = { http = 80, https = 443 }

  security_group_id = aws_security_group.worker.id
  description       = "${each.key} to anywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}
