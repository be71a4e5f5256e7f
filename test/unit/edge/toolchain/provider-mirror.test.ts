import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import {
  ensureProviderMirror,
  mirrorCandidates,
  pinnedProviderVersion,
} from '../../../../scripts/edge/toolchain/provider-mirror.ts';

const registry = () => ({ 'registry.terraform.io': {} });
const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
const lock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version     = "5.100.0"\n}\n';

/** Points every variable and home folder that is searched into the test's own tree. */
function searchIn(t: Test, home: string, more: Readonly<Record<string, string>> = {}): void {
  const names = ['HOME', 'XDG_DATA_HOME', 'XDG_DATA_DIRS', 'TF_CLI_CONFIG_FILE', 'TF_PLUGIN_CACHE_DIR'];
  const before = Object.entries(process.env).filter(([name]) => names.includes(name));
  for (const name of names) delete process.env[name];
  Object.assign(process.env, { HOME: home, XDG_DATA_DIRS: join(home, 'none'), ...more });
  t.teardown(() => {
    for (const name of names) delete process.env[name];
    Object.assign(process.env, Object.fromEntries(before));
  });
}

t.test('finds mirrors in an add-on root and up to two folders below it', async t => {
  const dir = t.testdir({
    opt: {
      tool: { plugins: registry(), other: {} },
      mirror: registry(),
      deep: { er: { est: registry() } },
    },
    srv: registry(),
    home: {},
  });
  searchIn(t, join(dir, 'home'));
  t.strictSame(mirrorCandidates([join(dir, 'opt'), join(dir, 'srv'), join(dir, 'missing')]), [
    join(dir, 'opt/mirror'),
    join(dir, 'srv'),
    join(dir, 'opt/tool/plugins'),
  ]);
});

t.test("prefers the user's own cache and settings to Terraform's implied folders", async t => {
  const dir = t.testdir({
    cache: registry(),
    configured: registry(),
    data: { terraform: { plugins: registry() } },
    home: {
      '.terraform.d': { plugins: registry() },
      '.local': { share: { terraform: { plugins: registry() } } },
      own: registry(),
    },
  });
  const config = `plugin_cache_dir = "$HOME/own"\nprovider_installation {\n  filesystem_mirror {\n    path = "${join(dir, 'configured')}"\n  }\n}\n`;
  writeFileSync(join(dir, 'cli.tfrc'), config);
  searchIn(t, join(dir, 'home'), {
    TF_PLUGIN_CACHE_DIR: join(dir, 'cache'),
    TF_CLI_CONFIG_FILE: join(dir, 'cli.tfrc'),
    XDG_DATA_DIRS: join(dir, 'data'),
  });
  t.strictSame(mirrorCandidates([]), [
    join(dir, 'cache'),
    join(dir, 'home/own'),
    join(dir, 'configured'),
    join(dir, 'home/.terraform.d/plugins'),
    join(dir, 'home/.local/share/terraform/plugins'),
    join(dir, 'data/terraform/plugins'),
  ]);
});

t.test('does not mind a CLI config that is named and not there', async t => {
  const dir = t.testdir({ home: {} });
  searchIn(t, join(dir, 'home'), { TF_CLI_CONFIG_FILE: join(dir, 'missing') });
  t.strictSame(mirrorCandidates([]), []);
});

t.test("reads the provider's version from the committed lock file", async t => {
  const root = t.testdir({ terraform: { bootstrap: { '.terraform.lock.hcl': lock } } });
  t.equal(pinnedProviderVersion(root), '5.100.0');
  writeFileSync(join(root, 'terraform/bootstrap/.terraform.lock.hcl'), '# empty\n');
  t.throws(() => pinnedProviderVersion(root), {
    name: 'Failure',
    message: 'terraform/bootstrap/.terraform.lock.hcl: expects a pinned version of hashicorp/aws, got none',
  });
});

t.test('takes the mirror that it noted or fetched before, and reaches for nothing', async t => {
  const root = t.testdir({ terraform: { bootstrap: { '.terraform.lock.hcl': lock } }, cache: {} });
  const cacheDir = join(root, 'cache');
  const input = { root, cacheDir, terraformFile: '/nowhere/terraform', logFile: join(root, 'x.log') };
  const fill = (folder: string) =>
    mkdirSync(join(folder, 'registry.terraform.io/hashicorp/aws/5.100.0', platform), { recursive: true });
  fill(join(cacheDir, 'providers'));
  t.equal(await ensureProviderMirror(input), join(cacheDir, 'providers'));
  fill(join(root, 'noted'));
  writeFileSync(join(cacheDir, 'provider-mirror'), join(root, 'noted'));
  t.equal(await ensureProviderMirror(input), join(root, 'noted'));
  writeFileSync(join(cacheDir, 'provider-mirror'), join(root, 'gone'));
  t.equal(await ensureProviderMirror(input), join(cacheDir, 'providers'));
});
