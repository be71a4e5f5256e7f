/** The smallest Terraform roots that show what the emulator cannot hold. */
import { testRegion } from './emulator.ts';

export type ProbeRoot = {
  /** Lines of the provider block. */
  readonly provider?: string;
  readonly body: string;
};

/** A root that the emulator does not hold cleanly, and the same root with the override's effect, which it does. */
export type GapProbe = {
  readonly gaps: readonly string[];
  readonly open: ProbeRoot;
  readonly overridden: ProbeRoot;
};

const tags = 'default_tags {\n    tags = { project = "millrace" }\n  }';

const network = `
resource "aws_vpc" "this" {
  cidr_block           = "10.9.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_subnet" "this" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.9.1.0/24"
}
resource "aws_security_group" "this" {
  vpc_id = aws_vpc.this.id
}`;

const instance = (block: string) => `${network}
data "aws_ssm_parameter" "image" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}
resource "aws_instance" "this" {
  ami           = nonsensitive(data.aws_ssm_parameter.image.value)
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.this.id
  ${block}
}`;

const role = (service: string) => `
resource "aws_iam_role" "this" {
  name               = "gap"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "${service}.amazonaws.com" } }] })
}`;

const job = (line: string) => `${role('glue')}
resource "aws_glue_job" "this" {
  name         = "gap"
  role_arn     = aws_iam_role.this.arn
  glue_version = "5.0"
  ${line}
  command {
    script_location = "s3://nowhere/job.py"
  }
}`;

const trigger = (block: string) => `${job('')}
resource "aws_glue_trigger" "this" {
  name     = "gap"
  type     = "SCHEDULED"
  schedule = "cron(30 3 * * ? *)"
  actions {
    job_name = aws_glue_job.this.name
  }
  ${block}
}`;

/** PUBLIC_KEY stands for one that is made for the test. */
const keyPair = `
resource "aws_key_pair" "this" {
  key_name   = "gap"
  public_key = "PUBLIC_KEY"
}`;

const gatewayEndpoint = (line: string) => `${network}
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.this.id
  service_name = "com.amazonaws.${testRegion}.s3"
  ${line}
}`;

const interfaceEndpoint = (line: string) => `${network}
resource "aws_vpc_endpoint" "kms" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${testRegion}.kms"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.this.id]
  ${line}
}`;

const egressRule = `
resource "aws_vpc_security_group_egress_rule" "this" {
  security_group_id = aws_security_group.this.id
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}`;

const flowLogParts = `${network}${role('vpc-flow-logs')}
resource "aws_cloudwatch_log_group" "this" {
  name = "gap"
}`;

const flowLog = `
resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.this.arn
  iam_role_arn    = aws_iam_role.this.arn
}`;

const alarm = `
resource "aws_cloudwatch_metric_alarm" "this" {
  alarm_name          = "gap"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
}`;

const person = 'arn:aws:iam::000000000000:role/gap';

const lakeFormationSettings = `
resource "aws_lakeformation_data_lake_settings" "this" {
  admins = ["${person}"]
}`;

const lakeFormationLocation = `
resource "aws_lakeformation_resource" "this" {
  arn      = "arn:aws:s3:::gap"
  role_arn = "${person}"
}`;

const lakeFormationGrant = `
resource "aws_lakeformation_permissions" "this" {
  principal   = "${person}"
  permissions = ["DESCRIBE"]
  database {
    name = "gap"
  }
}`;

/** One probe for every cause; gaps that one cause opens in several places share it. */
export const gapProbes: readonly GapProbe[] = [
  {
    gaps: ['key-pair-tags'],
    open: { provider: tags, body: keyPair },
    overridden: { body: keyPair },
  },
  {
    gaps: ['instance-metadata-options'],
    open: {
      body: instance(
        'metadata_options {\n    http_tokens                 = "required"\n    http_put_response_hop_limit = 1\n  }',
      ),
    },
    overridden: { body: instance('') },
  },
  {
    gaps: ['instance-root-volume'],
    open: { body: instance('root_block_device {\n    encrypted   = true\n    volume_type = "gp3"\n  }') },
    overridden: { body: instance('') },
  },
  {
    gaps: ['instance-public-address'],
    open: { body: instance('associate_public_ip_address = false') },
    overridden: { body: instance('') },
  },
  {
    gaps: ['glue-execution-class'],
    open: { body: job('execution_class = "STANDARD"') },
    overridden: { body: job('') },
  },
  {
    gaps: ['glue-concurrent-runs'],
    open: { body: job('execution_property {\n    max_concurrent_runs = 1\n  }') },
    overridden: { body: job('') },
  },
  {
    gaps: ['glue-job-schedule', 'glue-workflow-schedule'],
    open: { body: trigger('') },
    overridden: { body: trigger('lifecycle {\n    ignore_changes = [predicate]\n  }') },
  },
  {
    gaps: ['glue-default-tags'],
    open: { provider: tags, body: job('') },
    overridden: { body: job('') },
  },
  {
    gaps: ['security-group-prefix-list'],
    open: { body: gatewayEndpoint('') + egressRule },
    overridden: { body: gatewayEndpoint('') },
  },
  {
    gaps: ['gateway-endpoint-policy'],
    open: {
      body: gatewayEndpoint(
        'policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "*", Resource = "*", Condition = { StringEquals = { "aws:PrincipalAccount" = "000000000000" } } }] })',
      ),
    },
    overridden: { body: gatewayEndpoint('') },
  },
  {
    gaps: ['interface-endpoint-settings'],
    open: { body: interfaceEndpoint('private_dns_enabled = true') },
    overridden: { body: interfaceEndpoint('') },
  },
  {
    gaps: ['flow-log'],
    open: { body: flowLogParts + flowLog },
    overridden: { body: flowLogParts },
  },
  {
    gaps: [
      'function-alarms',
      'dead-letter-alarm',
      'missing-hours-alarm',
      'ingest-silence-alarms',
      'worker-alarm',
    ],
    open: { body: alarm },
    overridden: { body: '' },
  },
  {
    gaps: ['lake-formation-settings'],
    open: { body: lakeFormationSettings },
    overridden: { body: '' },
  },
  {
    gaps: ['lake-formation-locations'],
    open: { body: lakeFormationLocation },
    overridden: { body: '' },
  },
  {
    gaps: ['lake-formation-grants', 'lake-formation-crawler-databases', 'lake-formation-crawler-locations'],
    open: { body: lakeFormationGrant },
    overridden: { body: '' },
  },
];
