# Local Zones and Wavelength Zones have to be opted into and hold neither Glue nor Lambda.
data "aws_availability_zones" "available" {
  # checkov:skip=CKV_AWS_394:only the first zone_count zones are taken, and a subnet is keyed by its zone

  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }

  lifecycle {
    postcondition {
      condition     = length(self.names) >= var.zone_count
      error_message = "zone_count must be at most ${length(self.names)} in ${var.region}, got ${var.zone_count}."
    }
  }
}

locals {
  zones = slice(sort(data.aws_availability_zones.available.names), 0, var.zone_count)

  # The upper half of the range is for private subnets, so that a further zone moves no subnet.
  public_cidrs  = { for index, zone in local.zones : zone => cidrsubnet(var.vpc_cidr, 4, index) }
  private_cidrs = { for index, zone in local.zones : zone => cidrsubnet(var.vpc_cidr, 4, index + 8) }
}
