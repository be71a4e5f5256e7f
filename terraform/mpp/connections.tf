# Puts the workers of every job that uses it into the private subnet: no way to or from the internet.
resource "aws_glue_connection" "private" {
  name            = "${var.name_prefix}-private"
  description     = "Private subnet for Glue jobs"
  connection_type = "NETWORK"

  physical_connection_requirements {
    availability_zone      = var.private_subnet_zone
    subnet_id              = var.private_subnet_id
    security_group_id_list = [var.glue_security_group_id]
  }
}

resource "aws_glue_connection" "jdbc" {
  count = local.jdbc_count

  name            = "${var.name_prefix}-jdbc"
  description     = "Database that is copied into raw, over TLS from the private subnet"
  connection_type = "JDBC"

  connection_properties = {
    JDBC_CONNECTION_URL = var.jdbc.url
    JDBC_ENFORCE_SSL    = "true"
    SECRET_ID           = aws_secretsmanager_secret.jdbc[0].name
  }

  physical_connection_requirements {
    availability_zone      = var.private_subnet_zone
    subnet_id              = var.private_subnet_id
    security_group_id_list = [var.glue_security_group_id]
  }
}

resource "aws_vpc_security_group_egress_rule" "jdbc" {
  count = local.jdbc_count

  security_group_id = var.glue_security_group_id
  description       = "Database that is copied into raw"
  cidr_ipv4         = var.jdbc.cidr
  ip_protocol       = "tcp"
  from_port         = local.jdbc_port
  to_port           = local.jdbc_port
}

locals {
  jdbc_count = var.jdbc == null ? 0 : 1
  jdbc_port  = try(tonumber(regex(":([0-9]+)/", var.jdbc.url)[0]), null)
}
