import { type LambdaContext, reportFailure, writeLine } from '../call.ts';
import { type BatchResult, ingestHours } from './batch.ts';
import { reportBatch } from './report.ts';
import { parseBatchSettings } from './settings.ts';
import { openArchiveStore } from './store.ts';

/** Entry of the function `ingest-batch`: an event without a range brings the hours that are due. */
export async function handler(event: unknown, context: LambdaContext): Promise<BatchResult> {
  const now = new Date();
  const { functionName } = context;
  const { result, fault } = await ingest(event, now, context).catch(fault => {
    writeLine(reportFailure({ functionName, now, event: 'batch', fault }));
    throw fault;
  });
  const seconds = (Date.now() - now.getTime()) / 1000;
  writeLine(reportBatch({ functionName, now, seconds, result, error: fault?.message }));
  if (fault !== undefined) throw fault;
  return result;
}

async function ingest(event: unknown, now: Date, context: LambdaContext): ReturnType<typeof ingestHours> {
  const settings = parseBatchSettings(process.env);
  const store = openArchiveStore(settings.rawBucket);
  const call = { remainingMs: () => context.getRemainingTimeInMillis(), log: writeLine };
  return ingestHours({ event, settings, now, store, call });
}
