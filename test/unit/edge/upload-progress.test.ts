import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createUploadProgress } from '../../../scripts/edge/upload-progress.ts';

function fakeStream(isTTY: boolean, columns = 90) {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      done();
    },
  });
  return { written, stream: Object.assign(stream, { isTTY, columns }) as unknown as NodeJS.WriteStream };
}

t.beforeEach(t => {
  const { CI } = process.env;
  delete process.env['CI'];
  t.teardown(() => {
    if (CI !== undefined) process.env['CI'] = CI;
  });
});

t.test('draws a bar on a terminal, lines above it, and leaves none behind', async t => {
  const { written, stream } = fakeStream(true);
  const progress = createUploadProgress(stream);
  progress.start({ files: 2, bytes: 2_048 });
  progress.add({ bytes: 1_024, files: 1 });
  await sleep(500);
  progress.say('a line');
  progress.close();
  const bars = written.filter(text => text.startsWith('['));
  t.ok(bars.length >= 1);
  t.match(bars.at(-1), /^\[============> +\] 50% 1\/2 files, 1\.0 KiB of 2\.0 KiB, \d.* [KM]?i?B\/s$/);
  t.ok(written.includes('a line\n'));
  t.equal(written.at(-1), '\r\u001b[2K');
  t.ok(progress.ms() >= 500);
});

t.test('draws it as for 80 columns where the terminal tells 0', async t => {
  const { written, stream } = fakeStream(true, 0);
  const progress = createUploadProgress(stream);
  progress.start({ files: 20_000, bytes: 2_000_000_000 });
  progress.add({ bytes: 1_000_000_000, files: 10_000 });
  await sleep(300);
  progress.close();
  const bar = written.find(text => text.startsWith('['));
  t.match(bar, /^\[============> {11}\] 50% 10000\/20000 files, 953\.7 MiB/);
  t.equal(bar?.length, 79);
});

t.test('writes plain lines elsewhere', async t => {
  const { written, stream } = fakeStream(false);
  const progress = createUploadProgress(stream);
  progress.say('a line');
  progress.start({ files: 1, bytes: 1 });
  await sleep(300);
  progress.close();
  t.same(written, ['a line\n']);
});
