import t from 'tap';
import { drawHostileFiles, endure } from '../../helpers/worker/hostile.ts';

t.test('10,000 hostile keys and bodies from a new seed each time', async t => {
  const seed = Date.now() % 2 ** 31;
  const { outcomes, faults } = await endure(drawHostileFiles(10_000, seed), t.testdir());
  t.same(faults, [], `seed ${seed}`);
  t.equal(outcomes.processed + outcomes.rejected, 10_000);
});
