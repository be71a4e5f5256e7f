import t from 'tap';
import {
  buildProofItems,
  buildRunId,
  isNewerThan,
  isProofDone,
  judgeProcessed,
  judgeRejected,
  listProofFaults,
  proofPrefixes,
} from '../../../scripts/core/proof.ts';

t.test('makes an id of time and chance that a key can hold', async t => {
  t.equal(buildRunId(new Date('2026-11-21T09:08:07.654Z'), 'a1b2'), '20261121t090807z-a1b2');
});

t.test("gives each sample keys of this run's own, by its kind", async t => {
  t.strictSame(buildProofItems(['good/orders.json', 'unreadable/cut.json'], 'run-1'), [
    {
      kind: 'good',
      sampleKey: 'samples/good/orders.json',
      key: 'input/millrace-proof/run-1/orders.json',
      outputKey: 'output/millrace-proof/run-1/orders.json',
      errorKey: 'errors/millrace-proof/run-1/orders.json',
    },
    {
      kind: 'unreadable',
      sampleKey: 'samples/unreadable/cut.json',
      key: 'input/millrace-proof/run-1/cut.json',
      outputKey: 'output/millrace-proof/run-1/cut.json',
      errorKey: 'errors/millrace-proof/run-1/cut.json',
    },
  ]);
});

t.test('leaves nothing outside of the prefixes that a proof cleans', async t => {
  for (const item of buildProofItems(['good/orders.json'], 'run-1')) {
    for (const key of [item.key, item.outputKey, item.errorKey]) {
      t.ok(
        proofPrefixes.some(prefix => key.startsWith(prefix)),
        key,
      );
    }
  }
});

t.test('takes an object for new only from the second after the start on', async t => {
  const start = new Date('2026-11-21T09:08:07.654Z');
  for (const [time, isNew] of [
    ['2026-11-21T09:08:06Z', false],
    ['2026-11-21T09:08:07Z', false],
    ['2026-11-21T09:08:07.999Z', false],
    ['2026-11-21T09:08:08Z', true],
  ] as const) {
    t.equal(isNewerThan(new Date(time), start), isNew, time);
  }
  t.equal(isNewerThan(undefined, start), false);
});

const [good, bad] = buildProofItems(['good/orders.json', 'unreadable/cut.json'], 'run-1');
if (good === undefined || bad === undefined) throw new Error('expected two items');
const expected = { body: Buffer.from('{"a":1}'), sourceSha256: 'abc' };
const found = (text: string, metadata: Readonly<Record<string, string>> = {}) => ({
  body: Buffer.from(text),
  metadata,
});

t.test('a good sample is processed only with these bytes, from this source', async t => {
  t.match(judgeProcessed(good, expected, found('{"a":1}', { 'source-sha256': 'abc' })), {
    outcome: 'processed',
    faults: [],
  });
  for (const [output, fault] of [
    [undefined, 'has not come out'],
    [found('{"a":2}', { 'source-sha256': 'abc' }), 'holds other bytes than expected'],
    [found('', { 'source-sha256': 'abc' }), 'holds other bytes than expected'],
    [found('{"a":1}', { 'source-sha256': 'abd' }), 'names another source in its metadata'],
    [found('{"a":1}'), 'names another source in its metadata'],
  ] as const) {
    t.match(judgeProcessed(good, expected, output), {
      outcome: 'missing',
      faults: [`output/millrace-proof/run-1/orders.json: ${fault}`],
    });
  }
});

t.test('an unreadable sample is rejected only whole, with a note that tells of it', async t => {
  const note = found('{"reason":"invalid-json","sourceSha256":"abc","place":"byte 4"}');
  t.match(judgeRejected(bad, expected, found('{"a":1}'), note), {
    outcome: 'rejected',
    reason: 'invalid-json',
    faults: [],
  });
  for (const [rejected, told, fault] of [
    [undefined, note, ': has not come out with its reason'],
    [found('{"a":1}'), undefined, ': has not come out with its reason'],
    [found('{"a":'), note, ': holds other bytes than the sample'],
    [
      found('{"a":1}'),
      found('{"reason":"x","sourceSha256":"abd"}'),
      '.error.json: does not tell of this file',
    ],
    [found('{"a":1}'), found('{"sourceSha256":"abc"}'), '.error.json: does not tell of this file'],
    [found('{"a":1}'), found('{'), '.error.json: does not tell of this file'],
  ] as const) {
    t.match(judgeRejected(bad, expected, rejected, told), {
      outcome: 'missing',
      faults: [`errors/millrace-proof/run-1/cut.json${fault}`],
    });
  }
});

const whole = {
  waiting: [],
  ingested: [
    'github/archive/dt=2026-11-21/hour=09/archive.json.gz',
    'github/events/dt=2026-11-21/hour=11/1-9.json.gz',
  ],
  arrived: new Set([good.outputKey, bad.errorKey]),
};

t.test('waits for every sample in its place, an empty input/ and, where asked for, the schedule', async t => {
  const items = [good, bad];
  t.equal(isProofDone(items, whole, true), true);
  t.equal(isProofDone(items, { ...whole, waiting: [good.key] }, true), false);
  t.equal(isProofDone(items, { ...whole, arrived: new Set([good.outputKey]) }, true), false);
  t.equal(isProofDone(items, { ...whole, arrived: new Set([good.errorKey, bad.errorKey]) }, true), false);
  t.equal(isProofDone(items, { ...whole, ingested: whole.ingested.slice(0, 1) }, true), false);
  t.equal(isProofDone(items, { ...whole, ingested: whole.ingested.slice(1) }, true), false);
  t.equal(isProofDone(items, { ...whole, ingested: [] }, false), true);
});

t.test('lists what does not hold, and nothing else', async t => {
  const verdicts = [judgeProcessed(good, expected, undefined)];
  const limit = { needsIngested: true, seconds: 150.4 };
  t.strictSame(listProofFaults([], whole, limit), []);
  t.strictSame(listProofFaults(verdicts, { ...whole, waiting: [bad.key], ingested: [] }, limit), [
    'output/millrace-proof/run-1/orders.json: has not come out',
    'input/millrace-proof/run-1/cut.json: is still in input/ after 150 s',
    'raw: the schedule has brought no object to github/archive/ since the run began',
    'raw: the schedule has brought no object to github/events/ since the run began',
  ]);
  t.strictSame(listProofFaults([], { ...whole, ingested: [] }, { ...limit, needsIngested: false }), []);
});
