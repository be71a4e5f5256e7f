import { faultText } from '../shared/fault-text.ts';
import { delimiterExpectation, isDelimiter, passThroughEnding } from '../shared/options.ts';

/** What `worker.json` says. Endpoint and credentials are not in it: they come from the SDK's own environment. */
export interface WorkerConfig {
  readonly bucket: string;
  readonly region: string;
  /** Holds downloads/, processed/ and the worker's own small files. */
  readonly workDir: string;
  /** Files worked on at the same time; undefined: what this machine allows. */
  readonly concurrency: number | undefined;
  readonly budget: Budget;
  /** One ASCII character; undefined: found in each CSV file. */
  readonly csvDelimiter: string | undefined;
  /** Endings of keys in small letters whose files pass unchanged; `*` stands for every kind that nobody knows. */
  readonly passThrough: readonly string[];
}

/** What one run may take on; the rest waits for the next one, which goes on where this one stopped. */
export interface Budget {
  readonly files: number;
  /** Of input. The file that goes over it is still done, so that no file is too large for every run. */
  readonly bytes: number;
  /** No file is begun after so many seconds. */
  readonly seconds: number;
}

const gib = 1024 ** 3;
const defaultWorkDir = '/var/lib/millrace';
/** A run ends well before people wonder whether it hangs, and long after a minute's files are done. */
const defaultBudget: Budget = { files: 100_000, bytes: 100 * gib, seconds: 600 };
const maxConcurrency = 256;

/** Settings that the worker refuses. */
export class SettingsFault extends Error {
  /** Each as `path: expectation, got value`. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('; '));
    this.name = 'SettingsFault';
    this.faults = faults;
  }
}

/**
 * Reads the text of `worker.json`.
 * @throws SettingsFault naming every fault
 */
export function parseWorkerConfig(text: string): WorkerConfig {
  const faults: string[] = [];
  function take<T>(fields: Fields, path: string, kind: Kind<T>, otherwise?: T): T | undefined {
    const name = path.split('.').at(-1) ?? path;
    const value = fields[name];
    delete fields[name];
    if (value === undefined && otherwise !== undefined) return otherwise;
    if (kind.holds(value)) return value;
    faults.push(`${path}: expected ${kind.expectation}, got ${JSON.stringify(value) ?? 'nothing'}`);
    return undefined;
  }
  const fields = parseObject(parseJson(text), '');
  const bucket = take(fields, 'bucket', bucketName);
  const region = take(fields, 'region', regionName);
  const workDir = take(fields, 'workDir', absolutePath, defaultWorkDir);
  const concurrency = 'concurrency' in fields ? take(fields, 'concurrency', upTo(maxConcurrency)) : undefined;
  const csvDelimiter = 'csvDelimiter' in fields ? take(fields, 'csvDelimiter', delimiter) : undefined;
  const passThrough = take(fields, 'passThrough', endings, []);
  const budgetFields = 'budget' in fields ? parseObject(fields['budget'], 'budget: ') : {};
  delete fields['budget'];
  const files = take(budgetFields, 'budget.files', upTo(Number.MAX_SAFE_INTEGER), defaultBudget.files);
  const bytes = take(budgetFields, 'budget.bytes', upTo(Number.MAX_SAFE_INTEGER), defaultBudget.bytes);
  const seconds = take(budgetFields, 'budget.seconds', upTo(86_400), defaultBudget.seconds);
  const unknown = [...Object.entries(fields), ...prefixed('budget.', budgetFields)];
  for (const [name, value] of unknown)
    faults.push(`${name}: expected no such setting, got ${JSON.stringify(value)}`);
  const isGiven = bucket !== undefined && region !== undefined && workDir !== undefined;
  const isBounded = files !== undefined && bytes !== undefined && seconds !== undefined;
  if (faults.length > 0 || !isGiven || !isBounded || passThrough === undefined)
    throw new SettingsFault(faults);
  return {
    bucket,
    region,
    workDir,
    concurrency,
    budget: { files, bytes, seconds },
    csvDelimiter,
    passThrough,
  };
}

/**
 * How many files are worked on at the same time where the configuration does not say: most of the time is spent
 * waiting for S3, so many a core; and each file holds up to four descriptors open.
 * @param openFiles descriptors that this process may hold open
 */
export function defaultConcurrency(cores: number, openFiles: number): number {
  return Math.max(1, Math.min(maxConcurrency, cores * 16, Math.floor((openFiles - 64) / 4)));
}

type Fields = Record<string, unknown>;

interface Kind<T> {
  readonly expectation: string;
  holds(value: unknown): value is T;
}

const bucketName = textOf('the name of a bucket', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
const regionName = textOf('a region such as eu-west-1', /^[a-z]{2}(-[a-z]+)+-\d+$/);
const absolutePath = textOf('an absolute path', /^\/./);
const delimiter: Kind<string> = {
  expectation: delimiterExpectation,
  holds: (value): value is string => typeof value === 'string' && isDelimiter(value),
};
const endings: Kind<readonly string[]> = {
  expectation: 'a list of endings in small letters such as .parquet, or *',
  holds: (value): value is readonly string[] =>
    Array.isArray(value) && value.every(item => typeof item === 'string' && passThroughEnding.test(item)),
};

function textOf(expectation: string, form: RegExp): Kind<string> {
  return { expectation, holds: (value): value is string => typeof value === 'string' && form.test(value) };
}

function upTo(max: number): Kind<number> {
  return {
    expectation:
      max === Number.MAX_SAFE_INTEGER ? 'a whole number from 1' : `a whole number from 1 to ${max}`,
    holds: (value): value is number =>
      typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SettingsFault([`expected JSON: ${faultText(error)}`]);
  }
}

function parseObject(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SettingsFault([`${where}expected a JSON object, got ${JSON.stringify(value)}`]);
  }
  return { ...value };
}

function prefixed(prefix: string, fields: Fields): readonly (readonly [string, unknown])[] {
  return Object.entries(fields).map(([name, value]) => [prefix + name, value]);
}
