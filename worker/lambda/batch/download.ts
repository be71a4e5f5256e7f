import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';

/** Silence on the connection after which a download has failed. */
const silenceMs = 30_000;

export interface Download {
  readonly path: string;
  readonly bytes: number;
  /** Base64, as S3 wants it. */
  readonly sha256: string;
}

/**
 * Saves what an address answers, byte for byte: node:http undoes no content encoding, as fetch would.
 * @throws Error when the answer is not 200 or the body ends early
 */
export async function download(url: URL, path: string): Promise<Download> {
  const answer = await request(url);
  if (answer.statusCode !== 200) {
    answer.destroy();
    const hint = answer.statusCode === 404 ? ' (the hour is not published yet)' : '';
    throw new Error(`${url.href}: expected HTTP 200, got ${answer.statusCode}${hint}`);
  }
  const hash = createHash('sha256');
  let bytes = 0;
  async function* measured(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  await pipeline(answer, measured, createWriteStream(path));
  const length = answer.headers['content-length'];
  if (length !== undefined && bytes !== Number(length)) {
    throw new Error(`${url.href}: expected ${length} bytes, got ${bytes}`);
  }
  return { path, bytes, sha256: hash.digest('base64') };
}

function request(url: URL): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  return new Promise((resolve, reject) => {
    const call = get(url, resolve);
    call.on('error', reject);
    call.setTimeout(silenceMs, () => {
      call.destroy(new Error(`${url.href}: silent for ${silenceMs / 1000} s`));
    });
  });
}
