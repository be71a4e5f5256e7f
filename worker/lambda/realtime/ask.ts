import type { AskEvents } from './pages.ts';
import type { Token } from './token.ts';

/** For a page; three of them and the writing fit into a call. */
const answerMs = 15_000;

/**
 * Asks GitHub over HTTP, as the owner of the token where there is one.
 * @throws Error naming the secret, when GitHub does not know its token
 */
export function askOverHttp(token: Token | undefined, secret = '', limitMs = answerMs): AskEvents {
  return async ({ url, etag }) => {
    const answer = await fetch(url, {
      headers: {
        accept: 'application/vnd.github+json',
        'user-agent': 'millrace',
        'x-github-api-version': '2022-11-28',
        ...(token === undefined ? {} : { authorization: `Bearer ${await token.get()}` }),
        ...(etag === null ? {} : { 'if-none-match': etag }),
      },
      // It could lead from https to http, and the token elsewhere.
      redirect: 'error',
      signal: AbortSignal.timeout(limitMs),
    });
    const body = await answer.text();
    if (answer.status === 401 && token !== undefined) {
      token.forget();
      throw new Error(`got 401: GitHub does not take the token of secret ${secret} (any more)`);
    }
    return { status: answer.status, header: name => answer.headers.get(name), body };
  };
}
