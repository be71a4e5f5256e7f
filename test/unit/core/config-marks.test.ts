import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parseConfig } from '../../../scripts/core/config.ts';
import { markConfig } from '../../../scripts/core/config-marks.ts';

const yaml = readFileSync(fileURLToPath(new URL('../../../config/local.yaml', import.meta.url)), 'utf8');
const marksOf = (text: string) => markConfig(parseConfig(text, 'config/local.yaml'));

t.test('knows a config again, whatever its comments and the order of its groups', async t => {
  const [target = '', ...groups] = yaml.split(/\n\n/);
  const turned = [target, ...groups.reverse()].join('\n\n# a comment\n');
  t.strictSame(marksOf(turned), marksOf(yaml));
});

t.test('names the group that has changed', async t => {
  const changed = marksOf(yaml.replace('queryScanLimitGib: 1', 'queryScanLimitGib: 2'));
  const before = marksOf(yaml);
  t.strictSame(
    Object.keys(before).filter(group => before[group] !== changed[group]),
    ['storage'],
  );
});
