import { existsSync, readFileSync } from 'node:fs';
import { test } from 'tap';
import { buildAdoptables } from '../../../scripts/core/bootstrap-adoption.ts';
import { parseConfig } from '../../../scripts/core/config.ts';
import { buildNames } from '../../../scripts/core/names.ts';

const names = buildNames(
  parseConfig(readFileSync('config/local.yaml', 'utf8'), 'config/local.yaml'),
  'local',
);

test('adopts alias, bucket and table by the names that the config gives them', async t => {
  t.same(
    buildAdoptables(names).map(({ id }) => id),
    [names.keyAlias, names.stateBucket, names.lockTable],
  );
});

test('names addresses that stand in stack bootstrap', async t => {
  t.ok(existsSync('terraform/bootstrap'));
  const hcl = ['state_key', 'state_bucket', 'lock_table']
    .map(file => readFileSync(`terraform/bootstrap/${file}.tf`, 'utf8'))
    .join('\n');
  for (const { address } of buildAdoptables(names)) {
    const [kind = '', name = ''] = address.split('.');
    t.match(hcl, kind === 'module' ? `module "${name}"` : `resource "${kind}" "${name}"`);
  }
});
