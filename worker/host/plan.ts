import { errorKeys, outputKey } from '../shared/keys.ts';
import { FileFault } from './file-fault.ts';
import type { FindProcessor } from './processors/index.ts';
import type { Processor } from './processors/processor.ts';

/** What is to be done with a file, as far as is known. */
export type Plan =
  | { readonly kind: 'process'; readonly processor: Processor; readonly objectKey: string }
  | { readonly kind: 'reject'; readonly fault: FileFault };

/** The plan that a key alone allows; the file's content may turn it into a rejection later. */
export function planFile(key: string, findProcessor: FindProcessor): Plan {
  const processor = findProcessor(key);
  if (processor === undefined) return reject('unknown-kind', 'no processor for the ending of this key');
  const objectKey = outputKey(key);
  if (objectKey === undefined)
    return reject('key-too-long', 'the key of the output would be over 1024 bytes');
  return { kind: 'process', processor, objectKey };
}

/** The objects that a plan writes, in this order. */
export function targetKeys(key: string, plan: Plan): readonly string[] {
  if (plan.kind === 'process') return [plan.objectKey];
  const { file, record } = errorKeys(key);
  return [file, record];
}

function reject(reason: 'unknown-kind' | 'key-too-long', detail: string): Plan {
  return { kind: 'reject', fault: new FileFault(reason, detail) };
}
