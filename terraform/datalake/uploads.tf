locals {
  files = "${path.module}/../../files"
  dist  = "${path.module}/../../dist"
}

# dist/<name>.zip is built from files/<name>/.
module "archive" {
  source   = "../modules/archive_directory"
  for_each = toset(["codebase", "codebase_layer"])

  bucket  = module.platform_bucket["codebase"].name
  key     = "codebase/${each.key}.zip"
  archive = "${local.dist}/${each.key}.zip"
}

module "configuration" {
  source = "../modules/folder_upload"

  bucket = module.platform_bucket["configuration"].name
  folder = "${local.files}/configuration"
}

module "orchestration" {
  source = "../modules/folder_upload"

  bucket = module.platform_bucket["orchestration"].name
  folder = "${local.files}/orchestration"
}

module "scripts" {
  source   = "../modules/folder_upload"
  for_each = toset(["docker", "jdbc", "spark"])

  bucket = module.platform_bucket["scripts"].name
  folder = "${local.files}/${each.key}"
  prefix = "${each.key}/"
}
