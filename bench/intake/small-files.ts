import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchPlace } from '../harness/bench.ts';
import { emptyFolder } from '../worker/program.ts';
import { type Load, uploadContender } from './contender.ts';
import { openStore } from './store.ts';
import { openAws, openOurs } from './uploaders.ts';

const count = 1000;
const bytes = 10_000;

export const small: Bench = {
  name: 'small',
  summary: '1,000 files of 10 KB, against aws s3 cp --recursive',
  warmUps: 1,
  pairs: 5,
  measures: [{ name: 'small', figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-most', value: 0.7 } }],
  async prepare(place) {
    const store = await openStore(place);
    const load = makeFiles(place);
    return {
      ours: uploadContender(await openOurs(place), store, load),
      rival: uploadContender(await openAws(place), store, load),
    };
  },
};

function makeFiles(place: BenchPlace): Load {
  const path = join(place.dir, 'small');
  emptyFolder(path);
  const digests = new Map<string, string>();
  for (let at = 0; at < count; at += 1) {
    const name = `part-${String(at).padStart(4, '0')}.csv`;
    const body = randomBytes(bytes);
    writeFileSync(join(path, name), body);
    digests.set(name, createHash('sha256').update(body).digest('hex'));
  }
  return { path, isFolder: true, digests };
}
