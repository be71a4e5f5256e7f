locals {
  # In the names of Graviton types a g follows the generation, as in t4g or c6gd; instance.tf asks EC2 whether it holds.
  architecture = can(regex("^[a-z]+[0-9]+g[a-z]*\\.", var.instance_type)) ? "arm64" : "x86_64"

  image_parameters = {
    "amazon-linux-2"    = "/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-${local.architecture}-gp2"
    "amazon-linux-2023" = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${local.architecture}"
  }
}

data "aws_ssm_parameter" "image" {
  name = local.image_parameters[var.operating_system]
}

check "operating_system_is_supported" {
  assert {
    condition     = var.operating_system != "amazon-linux-2"
    error_message = "Amazon Linux 2 has had no security updates since 2026-06-30. Set operating_system to amazon-linux-2023 and replace the instance."
  }
}
