import { type LambdaContext, reportFailure, writeLine } from '../call.ts';
import { type BatchResult, ingestHours } from './batch.ts';
import { reportBatch } from './report.ts';
import { parseBatchSettings } from './settings.ts';
import { openArchiveStore } from './store.ts';

/** Entry of the function `ingest-batch`: an event without a range brings the hours that are due. */
export async function handler(event: unknown, context: LambdaContext): Promise<BatchResult> {
  const settings = parseBatchSettings(process.env);
  const store = openArchiveStore(settings.rawBucket);
  const now = new Date();
  const { functionName } = context;
  const call = { remainingMs: () => context.getRemainingTimeInMillis(), log: writeLine };
  const { result, fault } = await ingestHours({ event, settings, now, store, call }).catch(fault => {
    writeLine(reportFailure({ functionName, now, event: 'batch', fault }));
    throw fault;
  });
  const seconds = (Date.now() - now.getTime()) / 1000;
  writeLine(reportBatch({ functionName, now, seconds, result, error: fault?.message }));
  if (fault !== undefined) throw fault;
  return result;
}
