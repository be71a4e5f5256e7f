import { cpSync, readFileSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import t from 'tap';
import { bundlePrograms } from '../../../scripts/edge/bundle.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

t.test('gives the same bytes from any clone and leaves equal files alone', async t => {
  const outDir = t.testdir();
  const { worker, functions } = await bundlePrograms({ root, outDir });
  const paths = [worker, ...Object.values(functions)];
  const bytes = paths.map(path => readFileSync(path));
  for (const path of paths) utimesSync(path, 1, 1);

  const clone = join(outDir, 'another clone');
  cpSync(join(root, 'worker'), join(clone, 'worker'), { recursive: true });
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
  t.same(Object.keys(functions), ['ingest-batch']);
  const files = unzipSync(readFileSync(functions['ingest-batch'] ?? ''));
  t.same(Object.keys(files), ['index.js', 'index.js.map']);
  t.match(Buffer.from(files['index.js'] ?? []).toString(), /sourceMappingURL=index\.js\.map\n$/);
});
