mock_provider "aws" {}

variables {
  bucket = "acme-test-scripts"
  folder = "../../../files/codebase_layer"
}

run "uploads_every_file" {
  variables {
    prefix = "group/"
  }

  assert {
    condition     = join(" ", output.keys) == "group/README.md group/python/lake_events/__init__.py"
    error_message = "every file of the folder and its subfolders is there, got ${jsonencode(output.keys)}"
  }

  assert {
    condition     = { for file, object in aws_s3_object.file : file => object.content_type } == { "README.md" = "text/markdown", "python/lake_events/__init__.py" = "text/x-python" }
    error_message = "the content type goes by the suffix"
  }

  assert {
    condition     = aws_s3_object.file["README.md"].source_hash == filesha256("../../../files/codebase_layer/README.md") && aws_s3_object.file["README.md"].bucket == var.bucket
    error_message = "the content alone decides about a new upload"
  }
}

run "puts_files_at_the_top_without_a_prefix" {
  command = plan

  assert {
    condition     = aws_s3_object.file["README.md"].key == "README.md"
    error_message = "the key is the path in the folder"
  }
}

run "refuses_bad_values" {
  command = plan

  variables {
    bucket = "Acme_Scripts"
    folder = "tests/nowhere"
    prefix = "/group"
  }

  expect_failures = [var.bucket, var.folder, var.prefix]
}
