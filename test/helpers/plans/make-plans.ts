/** Makes the plans of the cases with a real Terraform, and trims them to what is the same each time. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { hasSucceeded, runProcess } from '../../../scripts/edge/process.ts';
import { findCommand } from '../../../scripts/edge/toolchain/find-command.ts';
import { type TestEmulator, testRegion } from '../emulator.ts';
import type { PlanCase } from './cases.ts';

/** A plan as a fixture holds it. */
export type MadePlan = {
  /** Terraform's own numbers; null where it gave up before. */
  readonly summary: {
    readonly add: number;
    readonly change: number;
    readonly remove: number;
    readonly import: number;
  } | null;
  /** What `terraform show -json` printed, trimmed. */
  readonly json: unknown;
};

type Input = {
  /** An empty folder. */
  readonly folder: string;
  /** For what is of AWS. */
  readonly emulator?: TestEmulator;
  /** Says where Terraform finds its provider. */
  readonly env: Readonly<Record<string, string>>;
};

export async function makePlan(planCase: PlanCase, input: Input): Promise<MadePlan> {
  const { folder, emulator } = input;
  mkdirSync(folder, { recursive: true });
  const head = planCase.isAws === true ? `provider "aws" {\n  region = "${testRegion}"\n}\n` : '';
  const write = (body: string) => writeFileSync(join(folder, 'main.tf'), `${head}${body}`);
  const terraform = (...args: readonly string[]) =>
    runProcess({
      file: findCommand('terraform') ?? 'terraform',
      args: [...args, '-no-color'],
      cwd: folder,
      env: { ...emulator?.env, ...input.env, AWS_MAX_ATTEMPTS: '3' },
    });
  const mustRun = async (...args: readonly string[]) => {
    const result = await terraform(...args);
    if (!hasSucceeded(result))
      throw new Error(`${planCase.name}: terraform ${args.join(' ')}: ${JSON.stringify(result)}`);
    return result.stdout;
  };
  write(planCase.before ?? planCase.after);
  await mustRun('init', '-input=false');
  if (planCase.before !== undefined) await mustRun('apply', '-input=false', '-auto-approve');
  if (planCase.outside === 'log-groups' && emulator !== undefined) await changeLogGroups(emulator);
  write(planCase.after);
  const planned = await terraform('plan', '-input=false', '-json', '-out=plan');
  const json: unknown = JSON.parse(await mustRun('show', '-json', 'plan'));
  if (planned.kind !== 'exited') throw new Error(`${planCase.name}: ${JSON.stringify(planned)}`);
  return { summary: summaryOf(planned.stdout), json: steady(trim(json)) };
}

async function changeLogGroups({ endpoint }: TestEmulator): Promise<void> {
  const client = new CloudWatchLogsClient({
    endpoint,
    region: testRegion,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await client.send(new PutRetentionPolicyCommand({ logGroupName: 'review-changed', retentionInDays: 7 }));
  await client.send(new DeleteLogGroupCommand({ logGroupName: 'review-gone' }));
  client.destroy();
}

function summaryOf(stdout: string): MadePlan['summary'] {
  for (const line of stdout.split('\n')) {
    const event: unknown = line.startsWith('{') ? JSON.parse(line) : {};
    const changes = isRecord(event) && event['type'] === 'change_summary' ? event['changes'] : undefined;
    if (!isRecord(changes)) continue;
    const count = (name: string) => Number(changes[name] ?? 0);
    return { add: count('add'), change: count('change'), remove: count('remove'), import: count('import') };
  }
  return null;
}

/** What a review reads, and what tells a reader of the fixture where it comes from. */
const keptFields = [
  'format_version',
  'terraform_version',
  'variables',
  'resource_drift',
  'resource_changes',
  'output_changes',
  'applyable',
  'complete',
  'errored',
];

function trim(json: unknown): unknown {
  if (!isRecord(json)) return json;
  const kept = Object.fromEntries(keptFields.flatMap(name => (name in json ? [[name, json[name]]] : [])));
  const root = isRecord(json['configuration']) ? json['configuration']['root_module'] : undefined;
  const variables = isRecord(root) ? root['variables'] : undefined;
  return variables === undefined ? kept : { ...kept, configuration: { root_module: { variables } } };
}

/** Ids and times, in the order in which they come, for the same text each time. */
function steady(json: unknown): unknown {
  const names = new Map<string, string>();
  const text = JSON.stringify(json).replace(
    /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?:sg|lt|vpc|eni)-[0-9a-f]{8,17}\b|\bA(?:RO|ID)A[0-9A-Z]{12,17}\b|\b20\d\d-\d\d-\d\dT[\d:.]+Z\b/g,
    found => {
      const known = names.get(found);
      if (known !== undefined) return known;
      const number = String(names.size + 1);
      const name = /^20\d\d-\d\d-\d\dT/.test(found)
        ? '2026-01-01T00:00:00Z'
        : found.length === 36
          ? `00000000-0000-4000-8000-${number.padStart(12, '0')}`
          : `${/^[a-z]+-|^AROA|^AIDA/.exec(found)?.[0] ?? ''}${number.padStart(8, '0')}`;
      names.set(found, name);
      return name;
    },
  );
  return JSON.parse(text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
