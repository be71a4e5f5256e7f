import t from 'tap';
import { Failure, renderFailure, renderFailures, showValue } from '../../../scripts/core/failure.ts';

t.test('renders where, what and an indented hint, and never a stack', async t => {
  const failure = new Failure({ where: 'stack mpp', what: 'failed, got 1', hint: 'Run this:\nthat' });
  t.equal(renderFailure(failure), 'stack mpp: failed, got 1\n  Run this:\n  that');
  t.equal(renderFailure(failure, true), renderFailure(failure));
  t.equal(renderFailure(new Failure({ where: 'a', what: 'b' })), 'a: b');
});

t.test('renders several failures as one error, and what they share once', async t => {
  const full = (file: string, hint: string) => new Failure({ where: file, what: 'got ENOSPC', hint });
  const other = new Failure({ where: 'stack mpp', what: 'terraform apply failed: x' });
  t.equal(renderFailures([other]), renderFailure(other));
  t.equal(
    renderFailures([full('a.log', 'Free room.\nSee a'), full('b.log', 'Free room.\nSee b')]),
    'a.log, b.log: got ENOSPC\n  Free room.\n  See a\n  See b',
  );
  t.equal(
    renderFailures([full('a', 'Free room.'), other, full('b', 'Free room.'), new RangeError('far')]),
    '4 steps failed\n  a, b: got ENOSPC\n    Free room.\n  stack mpp: terraform apply failed: x\n  RangeError: far',
  );
});

t.test('keeps the cause', async t => {
  const cause = new Error('deep');
  t.equal(new Failure({ where: 'a', what: 'b', cause }).cause, cause);
});

t.test("shows a defect's stack only when asked", async t => {
  const error = new RangeError('too far');
  t.equal(renderFailure(error), 'RangeError: too far');
  t.equal(renderFailure(error, true), error.stack);
  t.equal(renderFailure('thrown text'), 'thrown text');
});

t.test('shows values as JSON, cut to 120 characters', async t => {
  t.equal(showValue('a "b"'), '"a \\"b\\""');
  t.equal(showValue(undefined), 'nothing');
  t.equal(showValue({ a: [1, null] }), '{"a":[1,null]}');
  t.equal(showValue('x'.repeat(118)), `"${'x'.repeat(118)}"`);
  t.equal(showValue('x'.repeat(119)), `"${'x'.repeat(116)}...`);
});
