import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { uploadFiles } from '../../../scripts/commands/upload-files.ts';
import { planUpload } from '../../../scripts/core/upload-plan.ts';
import { createS3 } from '../../../scripts/edge/aws.ts';
import { openUploadStore } from '../../../scripts/edge/upload-store.ts';

t.test('looks into many folders side by side before it begins', async t => {
  const folder = t.testdir(
    Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`set${at}.csv`, `${at}`])),
  );
  const files = Array.from({ length: 40 }, (_, at) => ({
    shown: `set${at}.csv`,
    path: `${folder}/set${at}.csv`,
    bytes: String(at).length,
  }));
  const s3 = createS3({ region: 'us-east-1', local: { endpoint: 'http://127.0.0.1:1', accountId: '0' } });
  t.teardown(() => s3.destroy());
  const real = openUploadStore({
    s3,
    bucket: 'a-bucket',
    accountId: '000000000000',
    noteDir: t.testdirName,
    signal: new AbortController().signal,
  });
  let [open, most] = [0, 0];
  const seen: string[] = [];
  const { result } = await uploadFiles({
    store: {
      ...real,
      list: async prefix => {
        most = Math.max(most, ++open);
        await sleep(5);
        open -= 1;
        seen.push(prefix);
        return new Map();
      },
      listPending: async () => [],
      put: async () => {
        t.equal(seen.length, 40);
      },
    },
    files: planUpload({ files, dataset: undefined, day: '2026-11-20' }),
    hasBucket: true,
    isDryRun: false,
    isInterrupted: () => false,
    add: () => {},
    say: () => {},
    clean: text => text,
  });
  t.equal(result.uploaded.length, 40);
  t.equal(most, 16);
});
