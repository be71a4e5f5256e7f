resource "aws_key_pair" "worker" {
  key_name   = "${var.name_prefix}-worker"
  public_key = trimspace(var.public_key)
}

# Asks EC2 while planning: otherwise a type that does not exist shows half-way through an apply.
data "aws_ec2_instance_type" "worker" {
  instance_type = var.instance_type

  lifecycle {
    postcondition {
      condition     = contains(self.supported_architectures, local.architecture)
      error_message = "instance_type must be a type that runs Linux for ${local.architecture}, as its name says, got \"${var.instance_type}\" (${join(", ", self.supported_architectures)})."
    }
  }
}

resource "aws_instance" "worker" {
  # checkov:skip=CKV_AWS_126:the alarm looks at the worker's own metric, each minute; detailed monitoring would only cost
  # checkov:skip=CKV_AWS_135:types of today are EBS-optimized anyway, older ones cannot be and would not start

  ami                    = nonsensitive(data.aws_ssm_parameter.image.value) # the parameter is public
  instance_type          = data.aws_ec2_instance_type.worker.instance_type
  subnet_id              = var.subnet_id
  vpc_security_group_ids = [aws_security_group.worker.id]
  key_name               = aws_key_pair.worker.key_name
  iam_instance_profile   = aws_iam_instance_profile.worker.name

  # Otherwise the Elastic IP's: false would replace the instance as soon as it has one.
  associate_public_ip_address = var.private ? false : null

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    encrypted   = true
    volume_type = "gp3"
  }

  tags = { Name = "${var.name_prefix}-worker" }

  lifecycle {
    ignore_changes       = [ami] # a newer image of the same system must not replace a running host
    replace_triggered_by = [terraform_data.operating_system, terraform_data.architecture]
  }
}

resource "terraform_data" "operating_system" {
  input = var.operating_system
}

# An instance keeps its disk when its type changes: one for another processor needs a new disk.
resource "terraform_data" "architecture" {
  input = local.architecture
}

# An address of its own outlives a stop and start, and the subnet need not give one to whatever starts in it.
resource "aws_eip" "worker" {
  count = var.private ? 0 : 1

  domain   = "vpc"
  instance = aws_instance.worker.id

  tags = { Name = "${var.name_prefix}-worker" }
}
