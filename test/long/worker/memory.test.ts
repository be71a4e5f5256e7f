import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { prepareWorker } from '../../helpers/worker-bed.ts';

const { makeBed, startWorker } = await prepareWorker(t);
const mib = 1024 ** 2;

/** The most memory that a process has had resident so far, in MiB; 0 once it has ended. */
function readPeakMib(pid: number | undefined): number {
  try {
    const [, kib = '0'] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kib) / 1024;
  } catch {
    return 0; // it has ended meanwhile
  }
}

function repeat(line: string, bytes: number): Buffer {
  return Buffer.from(line.repeat(Math.ceil(bytes / line.length)));
}

const line = `{"id":12345678901234567890,"name":"${'n'.repeat(80)}","value":1.0}`;
const files: Readonly<Record<string, () => Buffer>> = {
  'one-document.json': () =>
    Buffer.concat([Buffer.from('{"rows":['), repeat(`${line},`, 200 * mib), Buffer.from('0]}')]),
  'one-string.json': () =>
    Buffer.concat([Buffer.from('{"text":"'), repeat('x', 200 * mib), Buffer.from('"}')]),
  'one-line.ndjson': () =>
    Buffer.concat([Buffer.from('{"text":"'), repeat('x', 100 * mib), Buffer.from('"}\n')]),
  'rows.csv': () => repeat('1,two,"three, four"\n', 200 * mib),
  'rows.csv.gz': () => gzipSync(repeat(`1,${'abcdefgh'.repeat(4)},"three, four"\n`, 40 * mib), { level: 1 }),
};

for (const [name, make] of Object.entries(files)) {
  t.test(`takes little memory for ${name}`, { timeout: 300_000 }, async t => {
    const bed = await makeBed();
    await bed.put(`input/${name}`, make());
    const { child, done } = startWorker(bed.config);
    let peakMib = 0;
    let isRunning = true;
    const watching = (async () => {
      for (; isRunning; await sleep(50)) peakMib = Math.max(peakMib, readPeakMib(child.pid));
    })();
    const { lines, code } = await done;
    isRunning = false;
    await watching;
    t.equal(code, 0);
    t.match(lines[0], { outcome: 'processed' });
    t.same(await bed.keys(), [`output/${name}`]);
    t.ok(peakMib > 40 && peakMib < 150, `${Math.round(peakMib)} MiB at the most`);
  });
}
