import t from 'tap';
import { isEmptyState } from '../../../scripts/core/state.ts';

t.test('takes a state without resources for empty, and no text at all', async t => {
  for (const text of ['', '\n', '{}', '{"version":4,"resources":[]}'])
    t.equal(isEmptyState(text), true, text);
});

t.test('takes a state with a resource, or one that it cannot read, for none that is empty', async t => {
  t.equal(isEmptyState('{"version":4,"resources":[{"type":"aws_vpc"}]}'), false);
  t.equal(isEmptyState('{"resources":"?"}'), false);
  t.equal(isEmptyState('[]'), false);
});
