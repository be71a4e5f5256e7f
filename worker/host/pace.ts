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
    if (received < pace.bytes) body.destroy(tooSlow(received, pace));
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

function tooSlow(received: number, { bytes, seconds }: Pace): Error {
  return Object.assign(new Error(`expected at least ${bytes} bytes in ${seconds} s, got ${received}`), {
    code: 'TooSlow',
  });
}
