import t from 'tap';
import { describeFault, isDoubtful, ReadFault, scopeOf } from '../../../worker/host/faults.ts';
import { answerError } from '../../helpers/fake-store.ts';

const systemError = (code: string) => Object.assign(new Error(`${code}: no`), { code });

t.test('tells faults of the run, of the world and of reading one file apart', async t => {
  const cases = [
    ['run', answerError('NoSuchBucket', 404)],
    ['run', answerError('ExpiredToken', 400)],
    ['run', answerError('UnknownError', 301)],
    ['run', systemError('ENOSPC')],
    ['run', systemError('ECONNREFUSED')],
    ['run', new AggregateError([systemError('ECONNREFUSED')])],
    ['run', new ReadFault(systemError('ENOSPC'))],
    ['world', answerError('SlowDown', 503)],
    ['world', answerError('AccessDenied', 403)],
    ['world', systemError('ECONNRESET')],
    ['world', 'something'],
    ['read', new ReadFault(new Error('expected 7 bytes, got 1'))],
    ['own', answerError('InvalidObjectState', 403)],
  ] as const;
  for (const [scope, error] of cases) t.equal(scopeOf(error), scope, describeFault(error));
});

t.test('doubts what was read beside a broken line, not beside a refusal', async t => {
  for (const error of [systemError('ECONNRESET'), answerError('SlowDown', 503), answerError('Slow', 429)])
    t.ok(isDoubtful(error));
  for (const error of [answerError('AccessDenied', 403), answerError('InvalidArgument', 400)])
    t.notOk(isDoubtful(error));
});

t.test('describes a fault on one line', async t => {
  t.equal(describeFault(answerError('SlowDown', 503)), 'SlowDown (HTTP 503)');
  t.equal(describeFault(systemError('ENOSPC')), 'ENOSPC: ENOSPC: no');
  t.equal(describeFault(new TypeError('a\n  b')), 'TypeError: a b');
  t.equal(describeFault(7), '7');
});
