mock_provider "aws" {}

variables {
  bucket  = "acme-test-codebase"
  key     = "codebase/codebase.zip"
  archive = "versions.tf" # any file: nothing is uploaded
}

run "uploads_when_the_content_changes" {
  assert {
    condition     = aws_s3_object.archive.source_hash == filesha256("versions.tf")
    error_message = "the content decides"
  }

  assert {
    condition     = output.key == "codebase/codebase.zip" && aws_s3_object.archive.content_type == "application/zip"
    error_message = "the archive lies where readers look"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    bucket  = "Acme_Codebase"
    key     = "codebase/codebase.tar"
    archive = "nowhere.zip"
  }

  expect_failures = [var.bucket, var.key, var.archive]
}
