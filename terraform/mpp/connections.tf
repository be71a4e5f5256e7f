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
