import t from 'tap';
import { shortCommit } from '../../../../scripts/core/review/entry-words.ts';
import { parsePlanJson } from '../../../../scripts/core/review/plan-json.ts';

t.test('takes an output that only the apply can tell: Terraform leaves its value out', async t => {
  const output = { actions: ['create'], before: null, after_unknown: true, before_sensitive: false };
  const plan = { format_version: '1.2', output_changes: { vpc_id: output } };
  t.strictSame(parsePlanJson(plan), plan);
});

t.test('shortens a commit, and not what is said of it', async t => {
  t.equal(shortCommit('35c211869fdd0123456789abcdef0123456789ab with changes'), '35c211869fdd with changes');
  t.equal(shortCommit('abc'), 'abc');
});
