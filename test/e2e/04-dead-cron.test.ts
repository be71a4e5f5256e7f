import { test } from 'tap';
import { reportSchema } from '../../scripts/core/report.ts';
import { ended, runVerb } from '../helpers/clean-copy.ts';
import { inHost } from '../helpers/deployed-host.ts';

test('with a stopped cron the proof does not hold, whatever earlier runs have left', async t => {
  // Stopped, not ended: an ended cron the playbook would start again, as it should.
  const stopped = ended(await inHost(['pkill', '-STOP', '-x', 'cron']));
  t.equal(stopped.exitCode, 0, stopped.stderr);
  t.teardown(() => inHost(['pkill', '-CONT', '-x', 'cron']));

  const result = ended(await runVerb('deploy', ['--json']));
  t.equal(result.exitCode, 1);
  const report = reportSchema.parse(JSON.parse(result.stdout));
  t.same(report.verification?.processed, [], 'the files of earlier proofs count for nothing');
  t.equal(report.verification?.waiting.length, 4);
  t.match(result.stderr, /^error: proof: does not hold:/m);
  t.match(result.stderr, /is still in input\/ after 1[5-9]\d s/);
  t.match(result.stderr, /worker\.log/, 'and says where to look');
});
