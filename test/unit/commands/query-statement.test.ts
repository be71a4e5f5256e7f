import t from 'tap';
import { runStatement } from '../../../scripts/commands/query-statement.ts';
import type { Execution, QueryEngine } from '../../../scripts/edge/athena.ts';

const away = new Error('ECONNRESET');
const refused = Object.assign(new Error('not you'), { name: 'AccessDeniedException', $fault: 'client' });
const running: Execution = { state: 'running' };
const succeeded: Execution = { state: 'succeeded', scannedBytes: 1, engineMs: 2 };
const cancelled: Execution = { state: 'cancelled', reason: '' };

/** Runs a statement on an engine whose looks and stops give these, one after another, and the last one for ever. */
async function run(
  looks: readonly (Execution | Error)[],
  more: { readonly stops?: readonly Error[]; readonly interruptAt?: number } = {},
) {
  const { stops = [], interruptAt = Number.POSITIVE_INFINITY } = more;
  const count = { start: 0, look: 0, stop: 0 };
  const said: string[] = [];
  const never = () => {
    throw new Error('nobody asks for that');
  };
  const engine: QueryEngine = {
    region: async () => 'eu-west-1',
    hasWorkgroup: never,
    pages: never,
    start: async () => {
      count.start += 1;
      return { id: 'q-1' };
    },
    look: async () => {
      const seen = looks[Math.min(count.look++, looks.length - 1)] ?? running;
      if (seen instanceof Error) throw seen;
      return seen;
    },
    stop: async () => {
      const error = stops[count.stop++];
      if (error !== undefined) throw error;
    },
  };
  const isInterrupted = () => count.look >= interruptAt;
  const work = { engine, isInterrupted, say: (line: string) => said.push(line) };
  const result = await runStatement({ ...work, sql: 'select 1', database: 'd' }).catch(
    (error: unknown) => error,
  );
  return { result, said, count };
}

t.test('bears with looks that fail for a while', async t => {
  const { result, count } = await run([running, away, away, running, away, succeeded]);
  t.strictSame(result, { id: 'q-1', execution: succeeded });
  t.strictSame(count, { start: 1, look: 6, stop: 0 });
});

t.test('stops a statement that it cannot watch any more, and says so', async t => {
  const lost = await run([running, refused]);
  t.match(lost.result, {
    name: 'Failure',
    message:
      'Athena: the statement cannot be watched any more: AccessDeniedException: not you; it was stopped (q-1)',
  });
  t.strictSame(lost.count, { start: 1, look: 2, stop: 1 });
  const helpless = await run([refused], { stops: [away] });
  t.match(helpless.result, {
    message: /; it could not be stopped either: Error: ECONNRESET$/,
    hint: 'It may go on. To stop it: aws athena stop-query-execution --region eu-west-1 --query-execution-id q-1',
  });
});

t.test('gives up after ten looks that failed in a row', async t => {
  const { result, count } = await run([away]);
  t.match(result, { message: /Error: ECONNRESET; it was stopped \(q-1\)$/ });
  t.strictSame(count, { start: 1, look: 11, stop: 1 });
});

t.test('an interrupt stops the statement, whatever fails meanwhile', async t => {
  const { result, said, count } = await run([running, away, running, cancelled], {
    interruptAt: 1,
    stops: [away],
  });
  t.equal(result, undefined);
  t.strictSame(said, ['The statement was stopped (q-1).']);
  t.equal(count.stop, 2);
});

t.test('an interrupt that comes first starts nothing', async t => {
  const { result, count } = await run([succeeded], { interruptAt: 0 });
  t.equal(result, undefined);
  t.equal(count.start, 0);
});

t.test('tells the end that the engine tells', async t => {
  t.match((await run([{ state: 'failed', reason: 'no\u001b[2J\n\tsuch' }])).result, {
    message: 'Athena: no\\u{1b}[2J\n\tsuch',
  });
  t.match((await run([cancelled])).result, { message: 'Athena: no reason was given' });
});
