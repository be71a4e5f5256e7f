import t from 'tap';
import { drawHostileFiles, endure } from '../../helpers/worker/hostile.ts';

// Ten times as many, from other seeds, go through test/long/worker/hostile.test.ts.
t.test('1,000 hostile keys and bodies: one outcome each, and no path outside the work folder', async t => {
  const { outcomes, faults } = await endure(drawHostileFiles(1000, 16), t.testdir());
  t.same(faults, []);
  t.match(outcomes, { gone: 0, changed: 0 });
  t.equal(outcomes.processed + outcomes.rejected, 1000);
  t.ok(outcomes.processed > 100, `${outcomes.processed} processed`);
  t.ok(outcomes.rejected > 100, `${outcomes.rejected} rejected`);
});
