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
