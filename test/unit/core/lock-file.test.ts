import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { mergeVersions, parseProviderVersions } from '../../../scripts/core/lock-file.ts';

t.test('reads the providers of a committed lock file', async t => {
  const path = fileURLToPath(new URL('../../../terraform/network/.terraform.lock.hcl', import.meta.url));
  t.strictSame(parseProviderVersions(readFileSync(path, 'utf8')), { aws: '5.100.0' });
  t.strictSame(parseProviderVersions(''), {});
});

t.test('shows versions that differ side by side', async t => {
  t.strictSame(mergeVersions([{ aws: '5.99.0' }, { tls: '4.0.0' }, { aws: '5.100.0' }, { aws: '5.99.0' }]), {
    aws: '5.100.0, 5.99.0',
    tls: '4.0.0',
  });
});
