import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parseConfig } from '../../../scripts/core/config.ts';
import { buildNames, environmentPattern, nameFaults } from '../../../scripts/core/names.ts';

const yaml = readFileSync(fileURLToPath(new URL('../../../config/local.yaml', import.meta.url)), 'utf8');
const config = (business: string, region: string) =>
  parseConfig(
    yaml.replace('business: millrace', `business: ${business}`).replace('us-east-1', region),
    'config/dev.yaml',
  );

t.test('names everything after business, environment, role, account and region', async t => {
  t.strictSame(buildNames(config('acme', 'eu-west-1'), 'dev'), {
    environment: 'dev',
    prefix: 'acme-dev',
    stateBucket: 'acme-state-000000000000-eu-west-1',
    lockTable: 'acme-lock-000000000000-eu-west-1',
    keyAlias: 'alias/acme-state-000000000000-eu-west-1',
    layerBuckets: {
      raw: 'acme-dev-raw-000000000000-eu-west-1',
      staged: 'acme-dev-staged-000000000000-eu-west-1',
      analytics: 'acme-dev-analytics-000000000000-eu-west-1',
    },
    platformBuckets: {
      codebase: 'acme-dev-codebase-000000000000-eu-west-1',
      configuration: 'acme-dev-configuration-000000000000-eu-west-1',
      orchestration: 'acme-dev-orchestration-000000000000-eu-west-1',
      etl: 'acme-dev-etl-000000000000-eu-west-1',
      scripts: 'acme-dev-scripts-000000000000-eu-west-1',
    },
    helperBucket: 'acme-dev-helper-000000000000-eu-west-1',
    workerBucket: 'acme-dev-worker-000000000000-eu-west-1',
    boundaryPolicy: 'acme-boundary-eu-west-1',
    planRole: 'acme-ci-plan-eu-west-1',
    lakeKeyAlias: 'alias/acme-dev-lake',
    workerKeyAlias: 'alias/acme-dev-worker',
    databases: { raw: 'acme_dev_raw', staged: 'acme_dev_staged', analytics: 'acme_dev_analytics' },
    alarmTopic: 'acme-dev-alarms',
  });
});

t.test('gives what belongs to the account the same name in every environment', async t => {
  const [dev, live] = ['dev', 'live'].map(name => buildNames(config('acme', 'eu-west-1'), name));
  t.strictSame(
    [dev?.stateBucket, dev?.lockTable, dev?.keyAlias, dev?.boundaryPolicy],
    [live?.stateBucket, live?.lockTable, live?.keyAlias, live?.boundaryPolicy],
  );
});

t.test('accepts a longest bucket name of 63 characters and refuses one of 64', async t => {
  const at = (length: number) => nameFaults(buildNames(config('a'.repeat(length), 'eu-west-1'), 'live'));
  // `-live-orchestration-` or `-live-configuration-`, the account and the region are 42 characters.
  t.strictSame(at(20), []);
  const names = buildNames(config('a'.repeat(20), 'ap-southeast-1'), 'live');
  t.equal(names.platformBuckets.configuration.length, 67);
  t.strictSame(nameFaults(names), [
    `account.business: expects a name 4 characters shorter, so that every bucket name has at most 63 characters, got bucket name "${names.platformBuckets.configuration}" of 67`,
  ]);
  const [exact, over] = [16, 17].map(length =>
    buildNames(config('a'.repeat(length), 'ap-southeast-1'), 'live'),
  );
  t.equal(exact?.platformBuckets.configuration.length, 63);
  t.strictSame(exact && nameFaults(exact), []);
  t.match(over && nameFaults(over), [/^account\.business: expects a name 1 characters shorter/]);
});

t.test('takes short small names for environments and nothing else', async t => {
  const good = ['a', 'dev', 'local', 'prod2', 'a23456789012'];
  const bad = ['', '2dev', 'Dev', 'my-dev', 'dev.x', '../dev', 'a234567890123', 'dev\n', 'dév'];
  t.strictSame(
    good.filter(name => !environmentPattern.test(name)),
    [],
  );
  t.strictSame(
    bad.filter(name => environmentPattern.test(name)),
    [],
  );
});
