import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';

/** What an address answers, byte for byte. */
export interface Download {
  readonly chunks: AsyncIterable<Buffer>;
  /** Of the content, where the answer names it. */
  readonly length: number | undefined;
}

/**
 * Asks for a file. node:http undoes no content encoding, as fetch would, and follows no redirect: one could lead from
 * https to http. A body that ends early fails while it is read.
 * @param input.silenceMs silence on the connection after which the download has failed
 * @returns `absent` for 404
 * @throws Error when the answer is neither 200 nor 404
 */
export async function download(
  url: URL,
  { silenceMs, signal }: { readonly silenceMs: number; readonly signal: AbortSignal },
): Promise<Download | 'absent'> {
  const answer = await request(url, silenceMs, signal);
  if (answer.statusCode === 200) {
    const length = answer.headers['content-length'];
    return { chunks: answer, length: length === undefined ? undefined : Number(length) };
  }
  answer.destroy();
  if (answer.statusCode === 404) return 'absent';
  const { location } = answer.headers;
  const hint = location === undefined ? '' : ` (a redirect to ${location}, which is not followed)`;
  throw new Error(`expected HTTP 200, got ${answer.statusCode}${hint}`);
}

function request(url: URL, silenceMs: number, signal: AbortSignal): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    const call = get(url, { signal, headers: { 'user-agent': 'millrace' } }, given => {
      answer = given;
      resolve(given);
    });
    call.on('error', reject);
    call.setTimeout(silenceMs, () => {
      // Once there is an answer, its reader is the one to hear why it ends.
      (answer ?? call).destroy(new Error(`silent for ${silenceMs / 1000} s`));
    });
  });
}
