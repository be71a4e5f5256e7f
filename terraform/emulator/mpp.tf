# gap: glue-default-tags - the default tags of this stack
provider "aws" {
  default_tags {
    tags = {}
  }
}
