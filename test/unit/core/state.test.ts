import t from 'tap';
import { isEmptyState, parseStateLock, parseStateMark, stateOutputs } from '../../../scripts/core/state.ts';

t.test('takes a state without resources for empty, and no text at all', async t => {
  for (const text of ['', '\n', '{}', '{"version":4,"resources":[]}'])
    t.equal(isEmptyState(text), true, text);
});

t.test('takes a state with a resource, or one that it cannot read, for none that is empty', async t => {
  t.equal(isEmptyState('{"version":4,"resources":[{"type":"aws_vpc"}]}'), false);
  t.equal(isEmptyState('{"resources":"?"}'), false);
  t.equal(isEmptyState('[]'), false);
});

t.test('knows a state by lineage and serial, and one that was never written by nothing', async t => {
  t.strictSame(parseStateMark('{"version":4,"lineage":"abc","serial":7}'), { lineage: 'abc', serial: 7 });
  for (const text of ['', '{}', '{"version":4,"lineage":"","serial":0}'])
    t.equal(parseStateMark(text), null, text);
});

t.test('names who holds a lock, also when the lock is cut off', async t => {
  const lock = {
    ID: '1-2',
    Operation: 'OperationTypeApply',
    Who: 'ann@desk',
    Created: '2026-11-30T10:00:00Z',
  };
  t.equal(
    parseStateLock(JSON.stringify({ ...lock, Path: 'bucket/key', Info: '' })),
    'ann@desk since 2026-11-30T10:00:00Z (OperationTypeApply, ID: 1-2)',
  );
  t.equal(parseStateLock('{"ID":'), 'somebody who left no name');
});

t.test('gives the outputs of a state as Terraform prints them, and none of one that has none', async t => {
  const outputs = { vpc_id: { value: 'vpc-1', type: 'string' } };
  t.strictSame(JSON.parse(stateOutputs(JSON.stringify({ version: 4, outputs }))), outputs);
  for (const text of ['', '{"version":4}']) t.equal(stateOutputs(text), '{}', text);
});
