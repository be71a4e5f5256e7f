import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import t from 'tap';
import { bundlePrograms } from '../../../scripts/edge/bundle.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

t.test('gives the same bytes from any clone and leaves equal files alone', async t => {
  const outDir = t.testdir();
  const { worker, functions, archives } = await bundlePrograms({ root, outDir });
  const paths = [worker, ...Object.values(functions), ...Object.values(archives)];
  const bytes = paths.map(path => readFileSync(path));
  for (const path of paths) utimesSync(path, 1, 1);

  const clone = join(outDir, 'another clone');
  for (const name of ['worker', 'files']) cpSync(join(root, name), join(clone, name), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json', 'node_modules'])
    symlinkSync(join(root, name), join(clone, name));
  await bundlePrograms({ root: clone, outDir });
  t.same(
    paths.map(path => statSync(path).mtimeMs),
    paths.map(() => 1000),
  );
  t.ok(paths.every((path, at) => bytes[at]?.equals(readFileSync(path))));
});

t.test('zips a function as index.js with its source map', async t => {
  const { functions } = await bundlePrograms({ root, outDir: t.testdir() });
  t.same(Object.keys(functions), ['ingest-batch', 'ingest-realtime']);
  const files = unzipSync(readFileSync(functions['ingest-batch'] ?? ''));
  t.same(Object.keys(files), ['index.js', 'index.js.map']);
  t.match(Buffer.from(files['index.js'] ?? []).toString(), /sourceMappingURL=index\.js\.map\n$/);
});

t.test('a function carries the clients that it uses, and little else', async t => {
  const { functions } = await bundlePrograms({ root, outDir: t.testdir() });
  const clients = Object.values(functions).map(path => {
    const files = unzipSync(readFileSync(path));
    const code = files['index.js']?.length ?? 0;
    t.ok(code > 100_000 && code < 480_000, `${path}: ${code} bytes`);
    const map = Buffer.from(files['index.js.map'] ?? []).toString();
    return [...new Set([...map.matchAll(/@aws-sdk\/(client-[a-z0-9-]+)\//g)].map(([, name]) => name))].sort();
  });
  t.same(clients, [['client-s3'], ['client-s3', 'client-secrets-manager']]);
});

t.test('zips the code under files/, without what editors and Python leave behind', async t => {
  const outDir = t.testdir();
  const clone = join(outDir, 'clone');
  for (const name of ['worker', 'files']) cpSync(join(root, name), join(clone, name), { recursive: true });
  for (const name of ['package.json', 'tsconfig.json', 'node_modules'])
    symlinkSync(join(root, name), join(clone, name));
  mkdirSync(join(clone, 'files/codebase/lake/__pycache__'), { recursive: true });
  for (const path of ['codebase/lake/__pycache__/layout.pyc', 'codebase/.DS_Store', 'codebase_layer/.x.swp'])
    writeFileSync(join(clone, 'files', path), 'left behind');
  const { archives } = await bundlePrograms({ root: clone, outDir });
  const filesOf = (name: string) => unzipSync(readFileSync(archives[name] ?? ''));
  const modules = readdirSync(join(root, 'files/codebase'), { recursive: true, encoding: 'utf8' });
  t.same(
    Object.keys(filesOf('codebase')),
    ['README.md', ...modules.filter(path => path.endsWith('.py'))].sort(),
    'all modules, in order',
  );
  t.ok('lake/files/batch.py' in filesOf('codebase'), 'those in folders too');
  t.same(Object.keys(filesOf('codebase_layer')), ['README.md', 'python/lake_events/__init__.py']);
  const original = readFileSync(join(root, 'files/codebase/lake/layout.py'));
  t.ok(original.equals(filesOf('codebase')['lake/layout.py'] ?? new Uint8Array()));

  const before = readFileSync(archives['codebase'] ?? '');
  writeFileSync(join(clone, 'files/codebase/lake/layout.py'), 'changed');
  await bundlePrograms({ root: clone, outDir });
  t.notOk(before.equals(readFileSync(archives['codebase'] ?? '')), 'other content gives other bytes');
});
