import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findBrowser } from '../../../../scripts/edge/toolchain/browser.ts';

t.test('takes the smallest Chromium on PATH, under any of its names', async t => {
  const dir = t.testdir({
    small: { 'chromium-headless-shell': '' },
    big: { chromium: '' },
    none: { firefox: '' },
  });
  for (const file of ['small/chromium-headless-shell', 'big/chromium', 'none/firefox'])
    chmodSync(join(dir, file), 0o755);
  const path = (...folders: readonly string[]) => folders.map(folder => join(dir, folder)).join(':');
  t.equal(findBrowser(path('big', 'small')), join(dir, 'small/chromium-headless-shell'));
  t.equal(findBrowser(path('none', 'big')), join(dir, 'big/chromium'));
  t.equal(findBrowser(path('none')), undefined);
});
