mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_ssm_parameter" {
    defaults = { value = "ami-0123456789abcdef0" }
  }

  mock_data "aws_ec2_instance_type" {
    defaults = { supported_architectures = ["x86_64"] }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::acme-test-worker" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/millrace/acme-test/worker" }
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
  alarm_topic      = "acme-test-alarms"
}

run "makes_a_host_that_only_the_caller_reaches" {
  assert {
    condition     = aws_instance.worker.instance_type == "t3.micro" && aws_instance.worker.ami == "ami-0123456789abcdef0"
    error_message = "the smallest type, with the image of the public parameter"
  }

  assert {
    condition     = data.aws_ssm_parameter.image.name == "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    error_message = "the image is for the type's processor"
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
    condition = { for statement in jsondecode(aws_iam_role_policy.session_manager.policy).Statement : statement.Sid => [statement.Action, statement.Resource] } == {
      Register = ["ssm:UpdateInstanceInformation", "arn:aws:ec2:eu-west-1:123456789012:instance/*"]
      OpenChannels = [
        ["ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"],
        "*",
      ]
    }
    error_message = "Session Manager reaches the host, and the host reads no parameters"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.worker_log.policy).Statement == [{
      Sid      = "ShipLog"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = "arn:aws:logs:eu-west-1:123456789012:log-group:/millrace/acme-test/worker:*"
    }]
    error_message = "the host writes to its own log group alone"
  }

  assert {
    condition     = length(aws_iam_role_policy.worker_key) == 0 && aws_iam_role.worker.permissions_boundary == null
    error_message = "with SSE-S3 the role has no rights on any key"
  }

  assert {
    condition     = aws_cloudwatch_log_group.worker.name == "/millrace/acme-test/worker" && aws_cloudwatch_log_group.worker.retention_in_days == 30 && aws_cloudwatch_log_group.worker.kms_key_id == module.key.arn
    error_message = "the worker's log is encrypted and kept for a bounded time"
  }

  assert {
    condition     = aws_cloudwatch_log_metric_filter.oldest_waiting.log_group_name == aws_cloudwatch_log_group.worker.name && aws_cloudwatch_log_metric_filter.oldest_waiting.pattern == "{ $.outcome = \"done\" && $.oldestWaitingSeconds = * }" && aws_cloudwatch_log_metric_filter.oldest_waiting.metric_transformation[0].value == "$.oldestWaitingSeconds"
    error_message = "the age of the oldest waiting file is taken from runs that ended well"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.oldest_waiting.namespace == "Millrace/acme-test" && aws_cloudwatch_metric_alarm.oldest_waiting.metric_name == "OldestWaitingSeconds" && aws_cloudwatch_metric_alarm.oldest_waiting.threshold == 900
    error_message = "the alarm looks at that metric"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.oldest_waiting.treat_missing_data == "missing" && aws_cloudwatch_metric_alarm.oldest_waiting.insufficient_data_actions == aws_cloudwatch_metric_alarm.oldest_waiting.alarm_actions && aws_cloudwatch_metric_alarm.oldest_waiting.alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:acme-test-alarms"]) && aws_cloudwatch_metric_alarm.oldest_waiting.ok_actions == aws_cloudwatch_metric_alarm.oldest_waiting.alarm_actions
    error_message = "values that stop are told too, and so is the end of it"
  }

  assert {
    condition     = toset(module.samples.keys) == toset([for name in fileset("../../files/samples", "**") : "samples/${name}"]) && length(module.samples.keys) >= 4
    error_message = "every sample lies under samples/"
  }

  assert {
    condition     = output.public_ip == aws_eip.worker[0].public_ip && output.instance_id == aws_instance.worker.id && output.worker_bucket == "acme-test-worker" && output.log_group == "/millrace/acme-test/worker"
    error_message = "the outputs are what the inventory needs"
  }
}

run "makes_a_private_host_with_a_key" {
  variables {
    private              = true
    caller_cidr          = null
    encryption           = "kms"
    log_retention_days   = 90
    permissions_boundary = "acme-boundary-eu-west-1"
  }

  assert {
    condition     = length(aws_eip.worker) == 0 && !aws_instance.worker.associate_public_ip_address && output.public_ip == ""
    error_message = "a private host has no public address"
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.caller) == 0
    error_message = "nothing gets in to a private host"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.worker_key[0].policy).Statement == [{
      Sid       = "UseBucketKey"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
      Condition = { StringEquals = { "kms:ViaService" = "s3.eu-west-1.amazonaws.com" } }
    }]
    error_message = "without another key the bucket uses the stack's own, through S3 alone"
  }

  assert {
    condition     = aws_cloudwatch_log_group.worker.retention_in_days == 90 && aws_iam_role.worker.permissions_boundary == "arn:aws:iam::123456789012:policy/acme-boundary-eu-west-1"
    error_message = "retention and boundary are the ones given"
  }
}

run "takes_a_key_of_this_region_and_account" {
  variables {
    encryption  = "kms"
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/99999999-2222-3333-4444-555555555555"
  }

  assert {
    condition     = jsondecode(aws_iam_role_policy.worker_key[0].policy).Statement[0].Resource == var.kms_key_arn
    error_message = "the role uses the key that is given"
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
    instance_type    = "mac2.metal"
    alarm_topic      = "arn:aws:sns:eu-west-1:123456789012:alarms"
    encryption       = "aes"

    log_retention_days   = 45
    permissions_boundary = "arn:aws:iam::123456789012:policy/boundary"
  }

  expect_failures = [
    var.region, var.account_id, var.business, var.environment, var.name_prefix, var.vpc_id, var.subnet_id,
    var.worker_bucket, var.operating_system, var.public_key, var.caller_cidr, var.instance_type, var.alarm_topic,
    var.encryption, var.log_retention_days, var.permissions_boundary,
  ]
}

run "refuses_a_key_of_another_account_and_a_public_host_without_a_caller" {
  command = plan

  variables {
    caller_cidr = null
    encryption  = "kms"
    kms_key_arn = "arn:aws:kms:eu-west-1:999999999999:key/99999999-2222-3333-4444-555555555555"
  }

  expect_failures = [var.caller_cidr, var.kms_key_arn]
}

run "refuses_a_key_without_encryption_by_kms_and_a_private_host_with_a_caller" {
  command = plan

  variables {
    private     = true
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/99999999-2222-3333-4444-555555555555"
  }

  expect_failures = [var.caller_cidr, var.kms_key_arn]
}

run "takes_the_image_of_an_arm64_type" {
  command = plan

  variables {
    instance_type = "c6gd.large"
  }

  override_data {
    target = data.aws_ec2_instance_type.worker
    values = { instance_type = "c6gd.large", supported_architectures = ["arm64"] }
  }

  assert {
    condition     = data.aws_ssm_parameter.image.name == "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64" && terraform_data.architecture.input == "arm64"
    error_message = "the image is for the type's processor"
  }
}

run "takes_the_amazon_linux_2_image_of_an_arm64_type" {
  command = plan

  variables {
    instance_type    = "t4g.micro"
    operating_system = "amazon-linux-2"
  }

  override_data {
    target = data.aws_ec2_instance_type.worker
    values = { instance_type = "t4g.micro", supported_architectures = ["arm64"] }
  }

  assert {
    condition     = data.aws_ssm_parameter.image.name == "/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-arm64-gp2"
    error_message = "the image is for the type's processor"
  }

  expect_failures = [check.operating_system_is_supported]
}

run "refuses_a_type_whose_name_says_another_processor" {
  command = plan

  override_data {
    target = data.aws_ec2_instance_type.worker
    values = { instance_type = "p6e-gb200.36xlarge", supported_architectures = ["arm64"] }
  }

  expect_failures = [data.aws_ec2_instance_type.worker]
}
