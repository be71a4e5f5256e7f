/** Which file goes where, and in which parts. */
import { Failure, showValue } from './failure.ts';
import { buildUploadKey, datasetExpectation, datasetOf, isDatasetName } from './upload-key.ts';

/** A file that was found: its name as a person would say it, its absolute path, its size. */
export type FoundFile = { readonly shown: string; readonly path: string; readonly bytes: number };
export type PlannedFile = FoundFile & { readonly key: string };

const mib = 1024 ** 2;
/** What goes in one request: a smaller file whole, a larger one in parts of this size. */
export const partBytes = 8 * mib;
/** S3's limits (docs.aws.amazon.com, "Amazon S3 multipart upload limits"). */
const maxParts = 10_000;
const maxBytes = 5 * 1024 ** 2 * mib;

/**
 * Gives each file its key.
 * @param input.dataset the dataset of every file; without one each file's name tells it
 * @throws Failure with every fault: a name that is no dataset's, a file that is too large, two files for one key
 */
export function planUpload(input: {
  readonly files: readonly FoundFile[];
  readonly dataset: string | undefined;
  readonly day: string;
}): readonly PlannedFile[] {
  const taken = new Map<string, string>();
  const faults: string[] = [];
  const planned = input.files.map(file => {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    const dataset = input.dataset ?? datasetOf(name);
    const key = buildUploadKey({ dataset, day: input.day, file: name });
    const other = taken.get(key);
    if (!isDatasetName(dataset))
      faults.push(
        `${file.shown}: expects a dataset before the first dot of its name (${datasetExpectation}) or --dataset, got ${showValue(dataset)}`,
      );
    else if (other !== undefined) faults.push(`${file.shown}: would take the same key as ${other}, ${key}`);
    if (file.bytes > maxBytes)
      faults.push(`${file.shown}: expects at most 5 TiB, which an object can hold, got ${file.bytes} bytes`);
    taken.set(key, file.shown);
    return { ...file, key };
  });
  if (faults.length > 0) throw planFailure(faults);
  return planned;
}

/** The failure that lists faults of files, one a line. */
export function planFailure(faults: readonly string[]): Failure {
  const [first = ''] = faults;
  const many = `${faults.length} faults\n${faults.map(fault => `  ${fault}`).join('\n')}`;
  return new Failure({
    where: 'upload',
    what: faults.length === 1 ? first : many,
    hint: 'Nothing has been uploaded.',
  });
}

export type Part = { readonly number: number; readonly start: number; readonly length: number };

/** The parts of a file, numbered from 1. Of a given length always the same, so that a later run can go on. */
export function cutIntoParts(bytes: number): readonly Part[] {
  const size = Math.max(partBytes, Math.ceil(bytes / maxParts));
  return Array.from({ length: Math.ceil(bytes / size) }, (_, at) => ({
    number: at + 1,
    start: at * size,
    length: Math.min(size, bytes - at * size),
  }));
}

/** The folders in the bucket that hold the keys, each once, with a slash at the end. */
export function foldersOf(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.map(key => key.slice(0, key.lastIndexOf('/') + 1)))].sort();
}
