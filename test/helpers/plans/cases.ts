/** The plans that reviews are tested on: what is applied first, and what is planned then. */

export type PlanCase = {
  readonly name: string;
  /** Applied first; nothing when the plan is the first one. */
  readonly before?: string;
  /** Planned. */
  readonly after: string;
  /** Whether it is of AWS, so that an emulator has to answer. */
  readonly isAws?: true;
  /** What is changed behind Terraform's back, between the two. */
  readonly outside?: 'log-groups';
};

const longText = (third: string) =>
  ['#!/bin/sh', 'set -eu', third, ...Array.from({ length: 12 }, (_, n) => `echo step ${n}`), 'exit 0'].join(
    '\\n',
  );

const builtIn: readonly PlanCase[] = [
  {
    name: 'create',
    after: `
resource "terraform_data" "lake" {
  input = { name = "lake", layers = ["raw", "staged"], size = 3, open = false }
}
resource "terraform_data" "reader" {
  input = terraform_data.lake.id
}
`,
  },
  {
    name: 'update',
    before: `resource "terraform_data" "lake" {
  input = { name = "lake", size = 3, tags = { owner = "data", "cost center" = "12" } }
}
`,
    after: `resource "terraform_data" "lake" {
  input = { name = "lake", size = 5, tags = { owner = "platform", "cost center" = "12", stage = "test" } }
}
`,
  },
  {
    name: 'replace',
    before: `resource "terraform_data" "host" {
  triggers_replace = { image = "ami-1" }
  input            = "host"
}
resource "terraform_data" "first" {
  triggers_replace = ["one"]
  lifecycle {
    create_before_destroy = true
  }
}
`,
    after: `resource "terraform_data" "host" {
  triggers_replace = { image = "ami-2" }
  input            = "host"
}
resource "terraform_data" "first" {
  triggers_replace = ["two"]
  lifecycle {
    create_before_destroy = true
  }
}
`,
  },
  {
    name: 'destroy',
    before: `resource "terraform_data" "kept" {}
resource "terraform_data" "gone" {
  input = "last"
}
resource "terraform_data" "shard" {
  count = 12
  input = count.index
}
`,
    after: `resource "terraform_data" "kept" {}
resource "terraform_data" "shard" {
  count = 1
  input = count.index
}
`,
  },
  {
    name: 'moved',
    before: `resource "terraform_data" "old" {
  input = 1
}
resource "terraform_data" "other" {
  input = "a"
}
`,
    after: `resource "terraform_data" "new" {
  input = 1
}
resource "terraform_data" "changed" {
  input = "b"
}
moved {
  from = terraform_data.old
  to   = terraform_data.new
}
moved {
  from = terraform_data.other
  to   = terraform_data.changed
}
`,
  },
  {
    name: 'forget',
    before: `resource "terraform_data" "left" {
  input = "it stays where it is"
}
`,
    after: `removed {
  from = terraform_data.left
  lifecycle {
    destroy = false
  }
}
`,
  },
  {
    name: 'import',
    after: `import {
  to = terraform_data.found
  id = "it-was-there"
}
resource "terraform_data" "found" {}
resource "terraform_data" "made" {}
`,
  },
  {
    name: 'sensitive',
    before: `variable "database_password" {
  type      = string
  default   = "correct-horse-battery"
  sensitive = true
}
resource "terraform_data" "database" {
  input = { host = "db.example", password = var.database_password, url = "postgres://app:\${var.database_password}@db.example/app" }
}
resource "terraform_data" "unmarked" {
  input = { api_token = "unmarked-token-value-1", note = "the token is unmarked-token-value-1" }
}
output "url" {
  value     = terraform_data.database.input.url
  sensitive = true
}
`,
    after: `variable "database_password" {
  type      = string
  default   = "new-staple-battery"
  sensitive = true
}
resource "terraform_data" "database" {
  input = { host = "db2.example", password = var.database_password, url = "postgres://app:\${var.database_password}@db2.example/app" }
}
resource "terraform_data" "unmarked" {
  input = { api_token = "unmarked-token-value-2", note = "the token is unmarked-token-value-2" }
}
output "url" {
  value     = terraform_data.database.input.url
  sensitive = true
}
`,
  },
  {
    name: 'unknown',
    before: `resource "terraform_data" "source" {
  triggers_replace = 1
}
resource "terraform_data" "target" {
  input = { from = terraform_data.source.id, list = ["a", "b"] }
}
`,
    after: `resource "terraform_data" "source" {
  triggers_replace = 2
}
resource "terraform_data" "target" {
  input = { from = terraform_data.source.id, list = ["a", terraform_data.source.id] }
}
`,
  },
  {
    name: 'outputs',
    before: `output "changed" {
  value = ["a", "b"]
}
output "removed" {
  value = "x"
}
output "same" {
  value = 1
}
`,
    after: `output "added" {
  value = { name = "lake", parts = 3 }
}
output "changed" {
  value = ["b", "c"]
}
output "same" {
  value = 1
}
`,
  },
  {
    name: 'sets',
    before: `resource "terraform_data" "sets" {
  input = { zones = toset(["a", "b", "c"]), rules = toset([{ port = 22, from = "10.0.0.0/8" }, { port = 443, from = "10.0.0.0/8" }]), order = ["x", "y"] }
}
`,
    after: `resource "terraform_data" "sets" {
  input = { zones = toset(["0", "b", "c"]), rules = toset([{ port = 443, from = "10.0.0.0/8" }, { port = 8443, from = "10.0.0.0/8" }]), order = ["y", "x"] }
}
`,
  },
  {
    name: 'long-text',
    before: `resource "terraform_data" "script" {
  input = "${longText('echo old')}"
}
`,
    after: `resource "terraform_data" "script" {
  input = "${longText('echo new')}"
}
`,
  },
  {
    name: 'hostile',
    after: [
      'resource "terraform_data" "names" {',
      '  for_each = toset(["</script><script>alert(1)</script>", "\\u202egnp.exe", "$${x} | a * b `c`", "<img src=x onerror=alert(1)>", "@everyone #1 [a](b)"])',
      '  input    = "</style><h1>\\u2066 ``` \\u2069 --> ]]> & \\" \'"',
      '}',
      '',
    ].join('\n'),
  },
  {
    name: 'empty',
    before: `resource "terraform_data" "same" {
  input = 1
}
output "same" {
  value = 1
}
`,
    after: `resource "terraform_data" "same" {
  input = 1
}
output "same" {
  value = 1
}
`,
  },
  {
    name: 'failed',
    after: `resource "terraform_data" "fine" {
  input = 1
}
resource "terraform_data" "broken" {
  input = 2
  lifecycle {
    precondition {
      condition     = terraform_data.fine.input == 2
      error_message = "The lake has to be there first, got \${terraform_data.fine.input}."
    }
  }
}
`,
  },
];

const trust = `jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })`;

const ofAws: readonly PlanCase[] = [
  {
    name: 'policy',
    isAws: true,
    before: `resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = ${trust}
}
resource "aws_iam_role_policy" "worker" {
  name = "worker"
  role = aws_iam_role.worker.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "Read", Effect = "Allow", Action = ["s3:GetObject", "s3:ListBucket"], Resource = ["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"] },
    { Sid = "Old", Effect = "Allow", Action = "sqs:SendMessage", Resource = "*" },
  ] })
}
`,
    after: `resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = ${trust}
}
resource "aws_iam_role_policy" "worker" {
  name = "worker"
  role = aws_iam_role.worker.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "Write", Effect = "Allow", Action = "s3:PutObject", Resource = "arn:aws:s3:::lake/*" },
    { Sid = "Read", Effect = "Allow", Action = ["s3:ListBucket", "s3:GetObject"], Resource = ["arn:aws:s3:::lake/*", "arn:aws:s3:::lake"] },
  ] })
}
`,
  },
  {
    name: 'network',
    isAws: true,
    before: `resource "aws_security_group" "host" {
  name        = "host"
  description = "host"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["192.0.2.7/32"]
  }
  ingress {
    description = "https"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["192.0.2.7/32"]
  }
}
`,
    after: `resource "aws_security_group" "host" {
  name        = "host"
  description = "host"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    description = "https"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["192.0.2.7/32"]
  }
}
`,
  },
  {
    name: 'stores',
    isAws: true,
    before: `resource "aws_s3_bucket" "lake" {
  bucket = "review-lake"
}
resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id
  versioning_configuration {
    status = "Enabled"
  }
}
resource "aws_s3_bucket_public_access_block" "lake" {
  bucket                  = aws_s3_bucket.lake.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_dynamodb_table" "locks" {
  name                        = "review-locks"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "LockID"
  deletion_protection_enabled = true
  attribute {
    name = "LockID"
    type = "S"
  }
}
resource "aws_dynamodb_table" "other" {
  name         = "review-other"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "Key"
  attribute {
    name = "Key"
    type = "S"
  }
}
resource "aws_ssm_parameter" "token" {
  name  = "/review/token"
  type  = "SecureString"
  value = "parameter-value-one"
}
`,
    after: `resource "aws_s3_bucket" "lake" {
  bucket        = "review-lake"
  force_destroy = true
  tags          = { stage = "test" }
}
resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id
  versioning_configuration {
    status = "Suspended"
  }
}
resource "aws_dynamodb_table" "locks" {
  name                        = "review-locks"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "LockID"
  deletion_protection_enabled = false
  attribute {
    name = "LockID"
    type = "S"
  }
}
resource "aws_dynamodb_table" "other" {
  name         = "review-other"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "Id"
  attribute {
    name = "Id"
    type = "S"
  }
}
resource "aws_ssm_parameter" "token" {
  name  = "/review/token"
  type  = "SecureString"
  value = "parameter-value-two"
}
`,
  },
  {
    name: 'nested',
    isAws: true,
    before: `resource "aws_launch_template" "host" {
  name      = "host"
  user_data = base64encode("#!/bin/sh\\nexport DB_PASSWORD=launch-secret-one\\n")
  metadata_options {
    http_tokens = "required"
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 8
    }
  }
}
resource "aws_glue_job" "job" {
  name              = "job"
  role_arn          = "arn:aws:iam::000000000000:role/glue"
  default_arguments = { "--TempDir" = "s3://lake/tmp", "--db-password" = "glue-secret-one" }
  command {
    script_location = "s3://lake/job.py"
  }
}
`,
    after: `resource "aws_launch_template" "host" {
  name      = "host"
  user_data = base64encode("#!/bin/sh\\nexport DB_PASSWORD=launch-secret-two\\n")
  metadata_options {
    http_tokens = "optional"
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 16
    }
  }
  block_device_mappings {
    device_name = "/dev/xvdb"
    ebs {
      volume_size = 100
    }
  }
}
resource "aws_glue_job" "job" {
  name              = "job"
  role_arn          = "arn:aws:iam::000000000000:role/glue"
  default_arguments = { "--TempDir" = "s3://lake/temp", "--db-password" = "glue-secret-two" }
  command {
    script_location = "s3://lake/job.py"
  }
}
`,
  },
  {
    name: 'drift',
    isAws: true,
    outside: 'log-groups',
    before: `resource "aws_cloudwatch_log_group" "changed" {
  name              = "review-changed"
  retention_in_days = 30
}
resource "aws_cloudwatch_log_group" "gone" {
  name = "review-gone"
}
`,
    after: `resource "aws_cloudwatch_log_group" "changed" {
  name              = "review-changed"
  retention_in_days = 30
}
resource "aws_cloudwatch_log_group" "gone" {
  name = "review-gone"
}
`,
  },
];

export const planCases: readonly PlanCase[] = [...builtIn, ...ofAws];
