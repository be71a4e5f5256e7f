/** All that a command could change of a local environment: the emulator's objects, service by service, and its files. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ListBucketsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { type AwsAccess, createS3 } from '../../scripts/edge/aws.ts';
import { ensureEmulator, stopEmulator } from '../../scripts/edge/emulator.ts';
import { openWorkspace } from '../../scripts/edge/workspace.ts';

/** One line an object or file, and a digest of what it is. */
type World = ReadonlyMap<string, string>;

/** What runs by itself beside a command: schedules fire, functions log, and fetch data into the bucket raw. */
const livesByItself =
  /^(cloudwatch_logs|lambda|eventbridge|scheduler|sts) |^s3 \S+-raw-\S+ github\/|^s3 payload buckets_meta .*-raw-/;
/** What a plan is for: plans with their variables, reviews, logs and the journal. The rest stands for itself in the emulator's objects. */
const plansOwn = /^(plans|logs|runs|emulator|host)(\/|$)|^plan\.(md|html|json)$|^[a-z0-9]+\.tfvars$/;

export function accessOf(root: string, environment: string): AwsAccess {
  const { config } = openWorkspace(root, environment);
  const { id: accountId, region } = config.account;
  return { region, local: { endpoint: `http://127.0.0.1:${portOf(root, environment)}`, accountId } };
}

/** @param withState stops the emulator, which then writes down every service's objects, and starts it again */
export async function recordWorld(
  root: string,
  environment: string,
  { withState }: { readonly withState: boolean },
): Promise<World> {
  const build = join(root, 'build', environment);
  const objects = await listObjectVersions(accessOf(root, environment));
  const states = withState ? await readStates(root, environment) : [];
  const all = [...objects, ...states].filter(([key]) => !livesByItself.test(key));
  return new Map([...all, ...listFiles(build)]);
}

/** What was added, removed or changed, one a line. */
export function listDifferences(before: World, after: World): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter(key => before.get(key) !== after.get(key))
    .map(key => `${!before.has(key) ? 'added' : !after.has(key) ? 'removed' : 'changed'}: ${key}`);
}

type Row = readonly [string, string];

/** Versions and delete markers too: a lock that was taken and given back leaves both. */
async function listObjectVersions(access: AwsAccess): Promise<readonly Row[]> {
  const s3 = createS3(access);
  try {
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    const rows = Buckets.map(async ({ Name: Bucket = '' }): Promise<readonly Row[]> => {
      const found: Row[] = [[`s3 ${Bucket}`, '']];
      let KeyMarker: string | undefined;
      do {
        const page = await s3.send(new ListObjectVersionsCommand({ Bucket, KeyMarker }));
        for (const { Key, VersionId, ETag } of page.Versions ?? [])
          found.push([`s3 ${Bucket} ${Key} ${VersionId}`, ETag ?? '']);
        for (const { Key, VersionId } of page.DeleteMarkers ?? [])
          found.push([`s3 ${Bucket} ${Key} ${VersionId} deleted`, '']);
        KeyMarker = page.NextKeyMarker;
      } while (KeyMarker !== undefined);
      return found;
    });
    return (await Promise.all(rows)).flat();
  } finally {
    s3.destroy();
  }
}

async function readStates(root: string, environment: string): Promise<readonly Row[]> {
  const { buildDir, logDir, config } = openWorkspace(root, environment);
  const dataDir = join(buildDir, 'emulator');
  const { id: accountId, region } = config.account;
  const port = portOf(root, environment);
  const emulator = { root, dataDir, logFile: join(logDir, 'emulator.log'), port, accountId, region };
  if (!(await stopEmulator(emulator))) throw new Error('the emulator did not write its state');
  const folder = join(dataDir, 'state');
  const rows = readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .flatMap(name => {
      const service = name.replace('.json', '');
      return flatten(JSON.parse(readFileSync(join(folder, name), 'utf8'), withoutAccess), service, 4);
    });
  await ensureEmulator(emulator);
  return rows;
}

/** When a secret was last read: looking at it changes that, on AWS too. */
function withoutAccess(name: string, value: unknown): unknown {
  return name === 'LastAccessedDate' ? undefined : value;
}

/** One row for each value so deep in the object. */
function flatten(value: unknown, key: string, depth: number): readonly Row[] {
  if (depth === 0 || typeof value !== 'object' || value === null)
    return [[key, digestOf(JSON.stringify(value))]];
  return Object.entries(value).flatMap(([name, part]) => flatten(part, `${key} ${name}`, depth - 1));
}

function listFiles(build: string): readonly Row[] {
  if (!existsSync(build)) return [];
  return readdirSync(build, { recursive: true, withFileTypes: true }).flatMap((entry): readonly Row[] => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(build, path);
    if (plansOwn.test(name) || entry.isDirectory()) return [];
    return [
      [
        `file ${name}`,
        entry.isFile() ? digestOf(readFileSync(path)) : entry.isSymbolicLink() ? readlinkSync(path) : '',
      ],
    ];
  });
}

function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function portOf(root: string, environment: string): number {
  return JSON.parse(readFileSync(join(root, 'build', environment, 'local.json'), 'utf8')).emulatorPort;
}
