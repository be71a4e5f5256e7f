import t from 'tap';
import { parseGaps } from '../../../scripts/core/gaps.ts';

t.test('reads each heading, at any depth', async t => {
  const text = `# gap: glue-connection - a private network connection is never opened
resource "aws_glue_connection" "this" {
  # gap: crawler - what a crawler finds - and when
  count = 0
}
`;
  t.strictSame(parseGaps(text), [
    { gap: 'glue-connection', what: 'a private network connection is never opened' },
    { gap: 'crawler', what: 'what a crawler finds - and when' },
  ]);
});

t.test('takes nothing else for a heading', async t => {
  t.strictSame(parseGaps('# gap: lone\n#gap: a - b\nx = 1 # gap: c - d\n// gap: e - f\n# gaps: g - h\n'), []);
});
