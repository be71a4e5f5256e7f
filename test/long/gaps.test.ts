import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { projectRoot } from '../../scripts/edge/entry.ts';
import { cleanEnvironment } from '../../scripts/edge/environment.ts';
import { ensureKeyPair } from '../../scripts/edge/key-pair.ts';
import { hasSucceeded, runProcess } from '../../scripts/edge/process.ts';
import { readGaps } from '../../scripts/edge/terraform-tree.ts';
import { findCommand } from '../../scripts/edge/toolchain/find-command.ts';
import { startEmulator, testRegion } from '../helpers/emulator.ts';
import { terraformTestEnv } from '../helpers/terraform.ts';

const tags = 'default_tags {\n    tags = { project = "millrace" }\n  }';

const network = `
resource "aws_vpc" "this" {
  cidr_block = "10.9.0.0/16"
}
resource "aws_subnet" "this" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.9.1.0/24"
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

const job = (line: string) => `
resource "aws_iam_role" "this" {
  name               = "gap"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "glue.amazonaws.com" } }] })
}
resource "aws_glue_job" "this" {
  name         = "gap"
  role_arn     = aws_iam_role.this.arn
  glue_version = "5.0"
  ${line}
  command {
    script_location = "s3://nowhere/job.py"
  }
}`;

const keyPair = `
resource "aws_key_pair" "this" {
  key_name   = "gap"
  public_key = "PUBLIC_KEY"
}`;

const endpoint = `${network}
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = aws_vpc.this.id
  service_name = "com.amazonaws.${testRegion}.s3"
}
resource "aws_security_group" "this" {
  vpc_id = aws_vpc.this.id
}`;

const egressRule = `
resource "aws_vpc_security_group_egress_rule" "this" {
  security_group_id = aws_security_group.this.id
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}`;

type Root = { readonly provider?: string; readonly body: string };

/** For each gap the smallest root that shows it, and the same root with its override's effect: that one must be clean. */
const probes: Readonly<Record<string, { readonly open: Root; readonly overridden: Root }>> = {
  'key-pair-tags': { open: { provider: tags, body: keyPair }, overridden: { body: keyPair } },
  'instance-metadata-options': {
    open: {
      body: instance(
        'metadata_options {\n    http_tokens                 = "required"\n    http_put_response_hop_limit = 1\n  }',
      ),
    },
    overridden: { body: instance('') },
  },
  'instance-root-volume': {
    open: { body: instance('root_block_device {\n    encrypted   = true\n    volume_type = "gp3"\n  }') },
    overridden: { body: instance('') },
  },
  'glue-execution-class': {
    open: { body: job('execution_class = "STANDARD"') },
    overridden: { body: job('') },
  },
  'glue-default-tags': { open: { provider: tags, body: job('') }, overridden: { body: job('') } },
  'security-group-prefix-list': { open: { body: endpoint + egressRule }, overridden: { body: endpoint } },
};

test('every gap of the overrides has a probe, and every probe a gap', t => {
  t.same(Object.keys(probes).sort(), [...new Set(readGaps(projectRoot).map(({ gap }) => gap))].sort());
  t.end();
});

test('each override is still needed: without it the emulator is not clean, with it it is', async t => {
  const { publicKey } = await ensureKeyPair({
    directory: join(t.testdir({}), 'ssh'),
    env: cleanEnvironment(),
  });
  for (const [gap, { open, overridden }] of Object.entries(probes)) {
    t.notOk(
      await isClean(t, join(t.testdirName, `${gap}-open`), open, publicKey),
      `${gap} shows (if not: it is closed, remove the override and this probe)`,
    );
    t.ok(
      await isClean(t, join(t.testdirName, `${gap}-overridden`), overridden, publicKey),
      `${gap}: the override closes it`,
    );
  }
});

/** Whether a root applies on a fresh emulator and the plan after it has no changes. */
async function isClean(
  t: Test,
  dir: string,
  { provider = '', body }: Root,
  publicKey: string,
): Promise<boolean> {
  const emulator = await startEmulator(t);
  mkdirSync(dir, { recursive: true });
  const text = `terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region = "${testRegion}"
  ${provider}
}
${body.replace('PUBLIC_KEY', publicKey)}
`;
  writeFileSync(join(dir, 'main.tf'), text);
  const terraform = (...args: readonly string[]) =>
    runProcess({
      file: findCommand('terraform') ?? 'terraform',
      args: [...args, '-input=false', '-no-color'],
      cwd: dir,
      env: { ...emulator.env, ...terraformTestEnv(), AWS_MAX_ATTEMPTS: '3' },
    });
  const initialised = await terraform('init');
  if (!hasSucceeded(initialised)) throw new Error(`init failed: ${JSON.stringify(initialised)}`);
  const clean =
    hasSucceeded(await terraform('apply', '-auto-approve')) &&
    hasSucceeded(await terraform('plan', '-detailed-exitcode'));
  await emulator.stop();
  return clean;
}
