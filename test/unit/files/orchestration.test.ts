import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { z } from 'zod';

const folder = fileURLToPath(new URL('../../../files/orchestration', import.meta.url));

/** The part of the Amazon States Language that we use. Source: https://states-language.net/spec.html */
const task = z.strictObject({
  Type: z.literal('Task'),
  Comment: z.string().optional(),
  Resource: z.string().regex(/^arn:aws:states:::glue:startJobRun\.sync$/),
  Parameters: z.strictObject({
    'JobName.$': z.string().regex(/^States\.Format\('\{\}-[a-z-]+', \$\.prefix\)$/),
    Arguments: z.record(z.string().regex(/^--\w+\.\$$/), z.string().regex(/^\$\./)),
  }),
  ResultPath: z.string().startsWith('$.'),
  Retry: z.array(
    z.strictObject({
      ErrorEquals: z.array(z.string()).min(1),
      IntervalSeconds: z.int().positive(),
      MaxAttempts: z.int().positive(),
      BackoffRate: z.number().min(1),
    }),
  ),
  Catch: z.array(
    z.strictObject({ ErrorEquals: z.array(z.string()).min(1), ResultPath: z.string(), Next: z.string() }),
  ),
  Next: z.string(),
});
const definition = z.strictObject({
  Comment: z.string(),
  StartAt: z.string(),
  TimeoutSeconds: z.int().positive(),
  States: z.record(
    z.string(),
    z.discriminatedUnion('Type', [
      task,
      z.strictObject({ Type: z.literal('Succeed') }),
      z.strictObject({ Type: z.literal('Fail'), Error: z.string(), Cause: z.string() }),
    ]),
  ),
});

for (const name of readdirSync(folder).filter(name => name.endsWith('.asl.json'))) {
  t.test(`${name} is a definition in which every state is reached and every way ends`, async t => {
    const { StartAt, States } = definition.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    const waysOut = (state: string): readonly string[] => {
      const found = States[state];
      if (found === undefined) throw new Error(`${state}: no such state`);
      return found.Type === 'Task' ? [found.Next, ...found.Catch.map(({ Next }) => Next)] : [];
    };
    const reached = new Set([StartAt]);
    for (const state of reached) for (const next of waysOut(state)) reached.add(next);
    t.strictSame([...reached].sort(), Object.keys(States).sort());
    t.ok(Object.values(States).some(({ Type }) => Type === 'Succeed'));
  });
}

t.test('a day is made again by the jobs of the workflow, in its order', async t => {
  const { States } = definition.parse(
    JSON.parse(readFileSync(join(folder, 'backfill-day.asl.json'), 'utf8')),
  );
  const jobs = Object.values(States).flatMap(state =>
    state.Type === 'Task' ? [state.Parameters['JobName.$']] : [],
  );
  t.strictSame(
    jobs.map(job => job.match(/\{\}-([a-z-]+)/)?.[1]),
    ['raw-to-staged', 'staged-to-analytics'],
  );
});
