import { FileFault } from '../file-fault.ts';
import { createCsvScanner } from './csv-scanner.ts';
import type { Processor, Source } from './processor.ts';

/** How much of a file is looked at to find its delimiter. */
const sampleBytes = 64 * 1024;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const comma = 0x2c;
const colon = 0x3a;

/** Delimiters that most files have, then those that hardly any text has for another reason, in order of preference. */
const usual: readonly number[] = [comma, ...Buffer.from(';\t|')];
/** What stands in text for many other reasons. */
const marks: readonly number[] = [...Buffer.from('#/\\@$%&*+=!')];
const unusual: readonly number[] = [
  ...Buffer.from('\x01^~'),
  ...Array.from({ length: 0x1f }, (_, at) => at + 1).filter(code => ![0x01, 0x09, 0x0a, 0x0d].includes(code)),
];

/**
 * Delimited text with a header: checked record by record, passed on byte for byte.
 * @param delimiter one ASCII character other than a quote, CR, LF and NUL; undefined: found in each file
 */
export function createCsv(delimiter: string | undefined): Processor {
  const given = delimiter?.charCodeAt(0);
  return {
    suffixes: ['.csv', '.tsv', '.txt'],
    process: source => process(source, given),
    check: source => drain(process(source, given)),
  };
}

async function drain(chunks: AsyncIterable<Buffer>): Promise<void> {
  const left = chunks[Symbol.asyncIterator]();
  while ((await left.next()).done !== true);
}

async function* process(source: Source, given: number | undefined): AsyncGenerator<Buffer> {
  let scanner: ReturnType<typeof createCsvScanner> | undefined;
  for await (const chunk of withLongHead(source.open(), sampleBytes)) {
    if (scanner === undefined) {
      const start = chunk.indexOf(byteOrderMark) === 0 ? byteOrderMark.length : 0;
      const text = chunk.subarray(start);
      scanner = createCsvScanner(given ?? detectDelimiter(text), start);
      scanner.write(text);
    } else scanner.write(chunk);
    yield chunk;
  }
  scanner ??= createCsvScanner(comma);
  scanner.end();
}

/** The same bytes, the first chunk with at least `length` of them or all that there are. */
async function* withLongHead(chunks: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let head: Buffer[] | undefined = [];
  let missing = length;
  for await (const chunk of chunks) {
    missing -= chunk.length;
    if (head === undefined) yield chunk;
    else {
      head.push(chunk);
      if (missing > 0) continue;
      yield Buffer.concat(head);
      head = undefined;
    }
  }
  if (head !== undefined && head.length > 0) yield Buffer.concat(head);
}

/**
 * The delimiter under which all records of the sample hold with the most fields, more than one. The usual four come
 * first; then characters that stand in hardly any text; and last the colon, which times and addresses have as well,
 * where none of those splits the first record, and a few marks after it. Any other, such as a blank or a hyphen, which
 * stand inside of values, has to be given.
 * When the sample holds under none, the one that splits the first record the most, so that the error names the
 * fault that a reader would see; and when nothing splits it, a comma: a file of one column.
 */
export function detectDelimiter(text: Buffer): number {
  const sample = text.subarray(0, sampleBytes);
  const tryAll = (delimiters: readonly number[]) =>
    delimiters
      .filter(delimiter => sample.includes(delimiter))
      .map(delimiter => tryDelimiter(sample, delimiter, sample.length === text.length));
  const groups = [tryAll(usual), tryAll(unusual)];
  for (const group of groups) {
    const best = findWidest(group.filter(({ holds }) => holds));
    if (best !== undefined) return best.delimiter;
  }
  const broken = groups.map(findWidest).find(trial => trial !== undefined);
  if (broken !== undefined) return broken.delimiter;
  const rare = [tryAll([colon]), tryAll(marks)].map(trials =>
    findWidest(trials.filter(({ holds }) => holds)),
  );
  return rare.find(trial => trial !== undefined)?.delimiter ?? comma;
}

interface Trial {
  readonly delimiter: number;
  /** No record of the sample is at fault. */
  readonly holds: boolean;
  /** Fields of the first record. */
  readonly fields: number;
}

/** The first of those with the most fields, if more than one. */
function findWidest(trials: readonly Trial[]): Trial | undefined {
  return trials.reduce<Trial | undefined>(
    (best, trial) => (trial.fields > (best?.fields ?? 1) ? trial : best),
    undefined,
  );
}

/** @param isWhole the sample is all of the file, so that its last record counts too */
function tryDelimiter(sample: Buffer, delimiter: number, isWhole: boolean): Trial {
  const scanner = createCsvScanner(delimiter);
  try {
    scanner.write(sample);
    if (isWhole) scanner.end();
    return { delimiter, holds: true, fields: scanner.fields };
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    return { delimiter, holds: false, fields: scanner.fields };
  }
}
