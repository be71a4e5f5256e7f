resource "aws_key_pair" "worker" {
  key_name   = "${var.name_prefix}-worker"
  public_key = trimspace(var.public_key)
}

resource "aws_instance" "worker" {
  ami                    = nonsensitive(data.aws_ssm_parameter.image.value) # the parameter is public
  instance_type          = var.instance_type
  subnet_id              = var.subnet_id
  vpc_security_group_ids = [aws_security_group.worker.id]
  key_name               = aws_key_pair.worker.key_name
  iam_instance_profile   = aws_iam_instance_profile.worker.name

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
    replace_triggered_by = [terraform_data.operating_system]
  }
}

resource "terraform_data" "operating_system" {
  input = var.operating_system
}

# An address of its own outlives a stop and start, and the subnet need not give one to whatever starts in it.
resource "aws_eip" "worker" {
  domain   = "vpc"
  instance = aws_instance.worker.id

  tags = { Name = "${var.name_prefix}-worker" }
}
