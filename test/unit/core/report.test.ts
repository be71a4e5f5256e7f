import t from 'tap';
import { reportSchema } from '../../../scripts/core/report.ts';

const report = {
  schemaVersion: 1,
  environment: 'local',
  target: 'local',
  emulator: { name: 'ministack', version: '1.5.33' },
  stacks: [{ name: 'ec2', outcome: 'applied', add: 1, change: 0, destroy: 0, seconds: 1.5 }],
  host: { address: '127.0.0.1', outcome: 'unchanged', changed: 0, seconds: 2 },
  verification: {
    processed: [{ key: 'input/a', outputKey: 'output/a' }],
    rejected: [{ key: 'input/b', errorKey: 'errors/b', reason: 'r' }],
    ingested: ['k'],
    waiting: [],
    othersWaiting: 0,
    seconds: 60,
  },
  notRehearsed: [{ gap: 'g', what: 'w' }],
  timeline: [{ step: 'plan', start: 0, seconds: 1, waitedFor: null }],
  seconds: 100,
};

t.test('holds a whole run, and one that ended early or ran on aws', async t => {
  t.strictSame(reportSchema.parse(report), report);
  const short = { ...report, target: 'aws', emulator: null, host: null, verification: null };
  t.strictSame(reportSchema.parse(short), short);
});

t.test('refuses what readers do not know', async t => {
  for (const wrong of [
    { ...report, schemaVersion: 2 },
    { ...report, extra: 1 },
    { ...report, stacks: [{ ...report.stacks[0], outcome: 'maybe' }] },
    { ...report, stacks: [{ ...report.stacks[0], name: 'bucket' }] },
    { ...report, seconds: -1 },
    { ...report, verification: undefined },
  ]) {
    t.equal(reportSchema.safeParse(wrong).success, false);
  }
});
