import t from 'tap';
import { encodePercent } from '../../../scripts/core/percent.ts';

t.test('encodes all but letters, digits and four signs', async t => {
  t.equal(encodePercent("aZ09-._~ /!'()*%é"), 'aZ09-._~%20%2F%21%27%28%29%2A%25%C3%A9');
});
