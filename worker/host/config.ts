/** What `worker.json` says. Endpoint and credentials are not in it: they come from the SDK's own environment. */
export interface WorkerConfig {
  readonly bucket: string;
  readonly region: string;
  /** Holds downloads/, processed/ and the worker's own small files. */
  readonly workDir: string;
  /** Files worked on at the same time. */
  readonly concurrency: number;
}

const defaults = { workDir: '/var/lib/millrace', concurrency: 32 };
const maxConcurrency = 256;

/**
 * Reads the text of `worker.json`.
 * @throws Error naming every fault as `path: expectation, got value`
 */
export function parseWorkerConfig(text: string): WorkerConfig {
  const faults: string[] = [];
  const fields = parseObject(text);
  const {
    bucket,
    region,
    workDir = defaults.workDir,
    concurrency = defaults.concurrency,
    ...unknown
  } = fields;
  const expect = (path: string, expectation: string, value: unknown) => {
    faults.push(`${path}: expected ${expectation}, got ${JSON.stringify(value) ?? 'nothing'}`);
  };
  const isBucket = isText(bucket, /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
  const isRegion = isText(region, /^[a-z]{2}(-[a-z]+)+-\d+$/);
  const isWorkDir = isText(workDir, /^\/./);
  const isConcurrency = isCount(concurrency, maxConcurrency);
  if (!isBucket) expect('bucket', 'the name of a bucket', bucket);
  if (!isRegion) expect('region', 'a region such as eu-west-1', region);
  if (!isWorkDir) expect('workDir', 'an absolute path', workDir);
  if (!isConcurrency) expect('concurrency', `a whole number from 1 to ${maxConcurrency}`, concurrency);
  for (const [name, value] of Object.entries(unknown)) expect(name, 'no such setting', value);
  if (faults.length > 0 || !isBucket || !isRegion || !isWorkDir || !isConcurrency)
    throw new Error(faults.join('; '));
  return { bucket, region, workDir, concurrency };
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`expected a JSON object, got ${JSON.stringify(value)}`);
  }
  return { ...value };
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value);
}

function isCount(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max;
}
