import { type LambdaContext, reportFailure, writeLine } from '../call.ts';
import { askOverHttp } from './ask.ts';
import { type PollResult, pollEvents } from './realtime.ts';
import { reportPoll } from './report.ts';
import { readSecret } from './secret.ts';
import { parseRealtimeSettings } from './settings.ts';
import { openRawStore } from './store.ts';
import { keepToken, type Token } from './token.ts';

/** Kept while the process is warm. */
let token: Token | undefined;

/** Entry of the function `ingest-realtime`: each scheduled event is one poll. */
export async function handler(_event: unknown, { functionName }: LambdaContext): Promise<PollResult> {
  const now = new Date();
  const result = await poll(now).catch(fault => {
    writeLine(reportFailure({ functionName, now, event: 'poll', fault }));
    throw fault;
  });
  const seconds = (Date.now() - now.getTime()) / 1000;
  writeLine(reportPoll({ functionName, now, seconds, result }));
  return result;
}

async function poll(now: Date): Promise<PollResult> {
  const settings = parseRealtimeSettings(process.env);
  const { tokenSecret, rawBucket } = settings;
  if (tokenSecret !== undefined) token ??= keepToken(tokenSecret, readSecret);
  const ask = askOverHttp(token, tokenSecret);
  return pollEvents({ settings, now, ask, store: openRawStore(rawBucket) });
}
