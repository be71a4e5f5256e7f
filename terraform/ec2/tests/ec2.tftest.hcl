mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_ssm_parameter" {
    defaults = { value = "ami-0123456789abcdef0" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::acme-test-worker" }
  }
}

variables {
  region           = "eu-west-1"
  account_id       = "123456789012"
  business         = "acme"
  environment      = "test"
  name_prefix      = "acme-test"
  vpc_id           = "vpc-0123456789abcdef0"
  subnet_id        = "subnet-0123456789abcdef0"
  worker_bucket    = "acme-test-worker"
  operating_system = "amazon-linux-2023"
  public_key       = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKsjFfzyuOKfWAH7GUFZKxTDdv+lrQHpzZLgNtKSv4jW worker"
  caller_cidr      = "203.0.113.7/32"
}

run "makes_a_host_that_only_the_caller_reaches" {
  assert {
    condition     = aws_instance.worker.instance_type == "t3.micro" && aws_instance.worker.ami == "ami-0123456789abcdef0"
    error_message = "the smallest type, with the image of the public parameter"
  }

  assert {
    condition     = aws_instance.worker.metadata_options[0].http_tokens == "required" && aws_instance.worker.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "IMDSv2 only, one hop"
  }

  assert {
    condition     = aws_instance.worker.root_block_device[0].encrypted
    error_message = "the root volume is encrypted"
  }

  assert {
    condition     = { for name, rule in aws_vpc_security_group_ingress_rule.caller : name => [rule.cidr_ipv4, rule.from_port, rule.to_port] } == { ssh = ["203.0.113.7/32", 22, 22], https = ["203.0.113.7/32", 443, 443] }
    error_message = "22 and 443, from the caller only"
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_egress_rule.web : rule.to_port]) == toset([80, 443])
    error_message = "outwards the web only"
  }

  assert {
    condition     = toset([for statement in jsondecode(aws_iam_role_policy.worker.policy).Statement : statement.Sid if contains(keys(statement), "Condition")]) == toset([]) && one([for statement in jsondecode(aws_iam_role_policy.worker.policy).Statement : statement.Resource if statement.Sid == "ListBucket"]) == "arn:aws:s3:::acme-test-worker"
    error_message = "the whole bucket may be listed, so that HEAD of a missing key is 404"
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.worker.policy).Statement : statement.Sid => statement if statement.Sid != "ListBucket" } == {
      TakeInput = {
        Sid      = "TakeInput"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject"]
        Resource = "arn:aws:s3:::acme-test-worker/input/*"
      }
      PutResults = {
        Sid      = "PutResults"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = ["arn:aws:s3:::acme-test-worker/errors/*", "arn:aws:s3:::acme-test-worker/output/*"]
      }
    }
    error_message = "input may be taken, results may be put, nothing else may be touched"
  }

  assert {
    condition     = aws_iam_role_policy_attachment.session_manager.policy_arn == "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    error_message = "Session Manager reaches the host"
  }

  assert {
    condition     = alltrue([for name, sample in aws_s3_object.sample : sample.key == "samples/${name}" && sample.source_hash == filesha256("../../files/samples/${name}")]) && length(aws_s3_object.sample) >= 4
    error_message = "every sample lies under samples/, and is uploaded again when its bytes change"
  }

  assert {
    condition     = output.public_ip == aws_eip.worker.public_ip && output.instance_id == aws_instance.worker.id && output.worker_bucket == "acme-test-worker"
    error_message = "the outputs are what the inventory needs"
  }
}

run "warns_of_a_system_out_of_support" {
  command = plan

  variables {
    operating_system = "amazon-linux-2"
  }

  expect_failures = [check.operating_system_is_supported]
}

run "refuses_bad_values" {
  command = plan

  variables {
    region           = "Frankfurt"
    account_id       = "1234"
    business         = "Acme_Corp"
    environment      = "Test"
    name_prefix      = "Acme-Test"
    vpc_id           = "10.20.0.0/16"
    subnet_id        = "eu-west-1a"
    worker_bucket    = "Acme_Worker"
    operating_system = "ubuntu"
    public_key       = "-----BEGIN OPENSSH PRIVATE KEY-----"
    caller_cidr      = "0.0.0.0/0"
    instance_type    = "t4g.micro"
  }

  expect_failures = [
    var.region, var.account_id, var.business, var.environment, var.name_prefix, var.vpc_id, var.subnet_id,
    var.worker_bucket, var.operating_system, var.public_key, var.caller_cidr, var.instance_type,
  ]
}
