import { setTimeout as sleep } from 'node:timers/promises';
import { showLines } from '../core/cell-text.ts';
import { Failure } from '../core/failure.ts';
import type { Execution, QueryEngine } from '../edge/athena.ts';
import { describeError, isRefusal } from '../edge/refusal.ts';

export type Work = {
  readonly engine: QueryEngine;
  readonly isInterrupted: () => boolean;
  readonly say: (message: string) => void;
};
type Succeeded = Extract<Execution, { state: 'succeeded' }>;
export type Done = { readonly id: string; readonly execution: Succeeded };

/** Looks in a row that may fail for the network's sake: the statement goes on meanwhile. */
const maxMisses = 10;

/**
 * Runs a statement to its end, and stops it on an interrupt or when it cannot be watched any more.
 * @returns undefined when it was stopped, or not even started, by an interrupt
 * @throws Failure with the engine's own words
 */
export async function runStatement(
  input: Work & { readonly sql: string; readonly database: string },
): Promise<Done | undefined> {
  const { engine, isInterrupted, say } = input;
  if (isInterrupted()) return undefined;
  const started = await engine.start(input.sql, input.database);
  if ('refused' in started) throw engineFailure(started.refused);
  const { id } = started;
  const execution = await watch(input, id);
  if (execution.state === 'succeeded') return { id, execution };
  if (execution.state === 'failed' || !isInterrupted()) throw engineFailure(execution.reason);
  say(`The statement was stopped (${id}).`);
  return undefined;
}

async function watch(
  { engine, isInterrupted }: Work,
  id: string,
): Promise<Exclude<Execution, { state: 'running' }>> {
  let misses = 0;
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 1.5, 1_000)) {
    try {
      const execution = await engine.look(id);
      if (execution.state !== 'running') return execution;
      if (isInterrupted()) await engine.stop(id);
      misses = 0;
    } catch (error) {
      misses += 1;
      if (isRefusal(error) || misses > maxMisses) throw await giveUp(engine, id, error);
    }
    await sleep(waitMs);
  }
}

/** A statement that nobody waits for would go on costing. */
async function giveUp(engine: QueryEngine, id: string, cause: unknown): Promise<Failure> {
  const where = 'Athena';
  const what = `the statement cannot be watched any more: ${describeError(cause)}`;
  try {
    await engine.stop(id);
    return new Failure({ where, what: `${what}; it was stopped (${id})`, cause });
  } catch (error) {
    return new Failure({
      where,
      what: `${what}; it could not be stopped either: ${describeError(error)}`,
      hint: `It may go on. To stop it: aws athena stop-query-execution --region ${await engine.region()} --query-execution-id ${id}`,
      cause,
    });
  }
}

function engineFailure(reason: string): Failure {
  return new Failure({ where: 'Athena', what: reason === '' ? 'no reason was given' : showLines(reason) });
}
