import type { Readable } from 'node:stream';

/** The least that a connection must bring to be called alive. */
export interface Pace {
  readonly bytes: number;
  readonly seconds: number;
}

/** Slower than any line that S3 is reached by; silence alone would never catch a body that trickles. */
const slowest: Pace = { bytes: 64 * 1024, seconds: 30 };

/**
 * Gives a body's chunks as they come.
 * @throws Error when less came in any such time than the pace asks for
 */
export async function* keepPace(body: Readable, pace: Pace = slowest): AsyncGenerator<Buffer> {
  let received = 0;
  const watch = setInterval(() => {
    const { bytes, seconds } = pace;
    if (received < bytes)
      body.destroy(tooSlow(`expected at least ${bytes} bytes in ${seconds} s, got ${received}`));
    received = 0;
  }, pace.seconds * 1000);
  try {
    for await (const chunk of body) {
      received += chunk.length;
      yield chunk;
    }
  } finally {
    clearInterval(watch);
  }
}

/**
 * What a request gives, if it gives it in time: one whose answer trickles never falls silent. The request itself is
 * left to its own end.
 * @throws Error when it takes longer
 */
export async function inTime<T>(seconds: number, request: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(tooSlow(`expected a whole answer in ${seconds} s, got none`)),
      seconds * 1000,
    );
  });
  try {
    return await Promise.race([request, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(message: string): Error {
  return Object.assign(new Error(message), { code: 'TooSlow' });
}
