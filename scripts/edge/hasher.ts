/** SHA-256, of what is large in a thread of its own: hashing a large file takes as long as sending it. */
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';

export type Hasher = {
  /**
   * SHA-256 in base64. The bytes may not change before it is there.
   * @param bytes best out of {@link sharedBuffer}: others are copied into the thread
   */
  readonly hash: (bytes: Buffer) => Promise<string>;
  readonly close: () => Promise<void>;
};

/** In less, the way into the thread takes longer than the hashing. */
const leastBytes = 1024 ** 2;

/** It is JavaScript, since what makes TypeScript importable here does not reach into threads. */
const program = `
  const { createHash } = require('node:crypto');
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', bytes => parentPort.postMessage(createHash('sha256').update(bytes).digest('base64')));
`;

/** A buffer that threads share, if it is large enough to go to one. */
export function sharedBuffer(length: number): Buffer {
  if (length < leastBytes) return Buffer.allocUnsafe(length);
  return Buffer.from(new SharedArrayBuffer(length));
}

/** The thread is started by the first buffer that is large enough. */
export function openHasher(): Hasher {
  let thread: ReturnType<typeof startThread> | undefined;
  return {
    hash: async bytes => {
      if (bytes.length < leastBytes) return createHash('sha256').update(bytes).digest('base64');
      thread ??= startThread();
      return thread.hash(bytes);
    },
    close: async () => {
      await thread?.end();
      thread = undefined;
    },
  };
}

function startThread() {
  const worker = new Worker(program, { eval: true, env: {}, execArgv: [] });
  const waiting: { readonly resolve: (sha256: string) => void; readonly reject: (error: Error) => void }[] =
    [];
  // It answers in the order in which it is asked.
  worker.on('message', (sha256: string) => waiting.shift()?.resolve(sha256));
  worker.on('error', error => {
    for (const { reject } of waiting.splice(0)) reject(error);
  });
  return {
    hash: (bytes: Buffer): Promise<string> =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage(bytes);
      }),
    end: () => worker.terminate(),
  };
}
