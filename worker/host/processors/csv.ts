import { FileFault } from '../file-fault.ts';
import { createCsvScanner } from './csv-scanner.ts';
import type { Processor, Source } from './processor.ts';

/** How much of a file is looked at to find its delimiter. */
const sampleBytes = 64 * 1024;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const comma = 0x2c;
const delimiters: readonly number[] = [comma, 0x3b, 0x09, 0x7c];

/** Delimited text with a header: checked record by record, passed on byte for byte. */
export const csv: Processor = { suffixes: ['.csv', '.tsv', '.txt'], process };

async function* process(source: Source): AsyncGenerator<Buffer> {
  const chunks = source.open()[Symbol.asyncIterator]();
  const sample = await readSample(chunks);
  const start = sample.indexOf(byteOrderMark) === 0 ? byteOrderMark.length : 0;
  const text = sample.subarray(start);
  const scanner = createCsvScanner(detectDelimiter(text), start);
  scanner.write(text);
  yield sample;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    scanner.write(next.value);
    yield next.value;
  }
  scanner.end();
}

/** Reads at least a sample's bytes, or all there are. */
async function readSample(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let length = 0; length < sampleBytes; ) {
    const next = await chunks.next();
    if (next.done === true) break;
    parts.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(parts);
}

/**
 * The delimiter under which the sample holds and its records have the most fields. When it holds under none, the
 * one that splits the first record the most, so that the error names the fault that a reader would see.
 */
export function detectDelimiter(text: Buffer): number {
  const sample = text.subarray(0, sampleBytes);
  const trials = delimiters.map(delimiter => tryDelimiter(sample, delimiter));
  const most = (holds: boolean) =>
    trials.reduce((best, trial) => (trial.holds === holds && trial.fields > best.fields ? trial : best), {
      delimiter: comma,
      fields: 1,
    });
  const held = most(true);
  return held.fields > 1 ? held.delimiter : most(false).delimiter;
}

function tryDelimiter(sample: Buffer, delimiter: number) {
  const scanner = createCsvScanner(delimiter);
  try {
    scanner.write(sample);
    return { delimiter, holds: true, fields: scanner.fields ?? 1 };
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    return { delimiter, holds: false, fields: scanner.fields ?? 1 };
  }
}
