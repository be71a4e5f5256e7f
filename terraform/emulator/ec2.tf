# gap: key-pair-tags - the default tags of this stack
provider "aws" {
  default_tags {
    tags = {}
  }
}

# gap: instance-metadata-options - IMDSv2 only, with hop limit 1, on the instance itself
resource "aws_instance" "worker" {
  dynamic "metadata_options" {
    for_each = []
    content {}
  }
}

# gap: instance-root-volume - encryption of the root volume
resource "aws_instance" "worker" {
  dynamic "root_block_device" {
    for_each = []
    content {}
  }
}

# gap: instance-public-address - that a private instance gets no public address
resource "aws_instance" "worker" {
  associate_public_ip_address = null
}

# gap: worker-alarm - the alarm on files that wait too long: its metric filter is there
resource "aws_cloudwatch_metric_alarm" "oldest_waiting" {
  count = 0
}
