# Under samples/, not input/: what the worker deletes cannot be Terraform's.
module "samples" {
  source = "../modules/folder_upload"

  bucket = module.worker_bucket.name
  folder = "${path.module}/../../files/samples"
  prefix = "samples/"
}

# Without it a state from before the module would delete the very keys that it just uploaded.
moved {
  from = aws_s3_object.sample
  to   = module.samples.aws_s3_object.file
}
