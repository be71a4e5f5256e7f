import t from 'tap';
import { Failure, renderFailure, showValue } from '../../../scripts/core/failure.ts';

t.test('renders where, what and an indented hint, and never a stack', async t => {
  const failure = new Failure({ where: 'stack mpp', what: 'failed, got 1', hint: 'Run this:\nthat' });
  t.equal(renderFailure(failure), 'stack mpp: failed, got 1\n  Run this:\n  that');
  t.equal(renderFailure(failure, true), renderFailure(failure));
  t.equal(renderFailure(new Failure({ where: 'a', what: 'b' })), 'a: b');
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
