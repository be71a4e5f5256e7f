import t from 'tap';
import { describeError, isRefusal } from '../../../scripts/edge/refusal.ts';

const answer = (name: string, $fault: string) => Object.assign(new Error('no'), { name, $fault });

t.test('tells a no from a service that is busy or a network that fails', async t => {
  t.ok(isRefusal(answer('AccessDeniedException', 'client')));
  t.ok(isRefusal(answer('ExpiredTokenException', 'client')));
  for (const error of [
    answer('ThrottlingException', 'client'),
    answer('TooManyRequestsException', 'client'),
    answer('InternalServerException', 'server'),
    new Error('ECONNRESET'),
    'odd',
  ])
    t.notOk(isRefusal(error), String(error));
});

t.test('tells any error in a line', async t => {
  t.equal(describeError(answer('InternalServerException', 'server')), 'InternalServerException: no');
  t.equal(describeError(7), '7');
});
