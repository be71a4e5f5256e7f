import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchPlace } from '../harness/bench.ts';
import { binaryBody, digestOf } from '../worker/bodies.ts';
import { type Load, uploadContender } from './contender.ts';
import { openStore } from './store.ts';
import { openAws, openImageProgram, openS5cmd, type Uploader } from './uploaders.ts';

const bytes = 1024 ** 3;

export const againstAws = largeFile({
  name: 'large-aws',
  summary: '1 GiB in one file, against aws s3 cp',
  goal: 1,
  rival: openAws,
});

export const againstS5cmd = largeFile({
  name: 'large-s5cmd',
  summary: '1 GiB in one file, against s5cmd',
  goal: 1.25,
  rival: openS5cmd,
});

function largeFile(input: {
  readonly name: string;
  readonly summary: string;
  /** The ratio that is aimed at. */
  readonly goal: number;
  readonly rival: (place: BenchPlace) => Promise<Uploader>;
}): Bench {
  const { name, summary, goal, rival } = input;
  return {
    name,
    summary,
    warmUps: 1,
    pairs: 5,
    measures: [{ name, figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-most', value: goal } }],
    async prepare(place) {
      const store = await openStore(place);
      const load = makeFile(place);
      return {
        ours: uploadContender(await openImageProgram(place), store, load),
        rival: uploadContender(await rival(place), store, load),
      };
    },
  };
}

/** Written anew each time: it then lies in the page cache for both. */
function makeFile(place: BenchPlace): Load {
  const folder = join(place.dir, 'large');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'large.csv');
  const file = openSync(path, 'w');
  const body = binaryBody(bytes);
  for (const chunk of body.chunks()) writeSync(file, chunk);
  closeSync(file);
  return { path, isFolder: false, digests: new Map([['large.csv', digestOf(body)]]) };
}
