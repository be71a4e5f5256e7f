/** An hour as the GitHub archive has them: gzip of one event a line, the same on each machine. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { z } from 'zod';
import { writeFile } from '../../scripts/edge/files.ts';
import type { BenchPlace } from '../harness/bench.ts';

const compressedBytes = 100e6;

const factsSchema = z.object({
  events: z.number(),
  bytes: z.number(),
  rawBytes: z.number(),
  sha256: z.string(),
});
export type HourFile = z.infer<typeof factsSchema> & { readonly path: string };

/** Makes the file unless it is there: half a minute. */
export async function ensureHourFile(place: BenchPlace): Promise<HourFile> {
  const path = join(place.dir, 'hour.json.gz');
  const factsFile = join(place.dir, 'hour-facts.json');
  if (existsSync(factsFile))
    return { path, ...factsSchema.parse(JSON.parse(readFileSync(factsFile, 'utf8'))) };
  place.say('making an hour of 100 MB, once');
  const hash = createHash('sha256');
  const zip = createGzip();
  let [bytes, rawBytes, events] = [0, 0, 0];
  zip.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    hash.update(chunk);
  });
  const done = pipeline(zip, createWriteStream(path));
  for (; bytes < compressedBytes; events += 1000) {
    const lines = Array.from({ length: 1000 }, (_, at) => eventLine(events + at)).join('');
    rawBytes += Buffer.byteLength(lines);
    if (!zip.write(lines)) await once(zip, 'drain');
  }
  zip.end();
  await done;
  const facts = { events, bytes, rawBytes, sha256: hash.digest('hex') };
  writeFile(factsFile, `${JSON.stringify(facts)}\n`);
  return { path, ...facts };
}

const words =
  'fix the build when a cache entry is gone, add tests for empty input; bump version and update docs für Größe'.split(
    ' ',
  );

/** A push of some commits: hashes that compress badly among names and addresses that compress well. */
function eventLine(at: number): string {
  const digest = createHash('sha512').update(`${at}`).digest();
  const [login, repo] = [
    `user-${digest.readUInt16LE(0)}`,
    `group-${digest[2]}/project-${digest.readUInt16LE(3)}`,
  ];
  const commits = Array.from({ length: 1 + ((digest[5] ?? 0) % 4) }, (_, number) => {
    const sha = createHash('sha1').update(`${at} ${number}`).digest('hex');
    const said = Array.from(
      { length: 12 },
      (_, word) => words[(digest[6 + word + number] ?? 0) % words.length],
    );
    return {
      sha,
      author: { name: login, email: `${login}@users.noreply.example.com` },
      message: said.join(' '),
      distinct: true,
      url: `https://api.github.com/repos/${repo}/commits/${sha}`,
    };
  });
  const event = {
    id: `${40_000_000_000 + at}`,
    type: 'PushEvent',
    actor: {
      id: digest.readUInt32LE(30),
      login,
      display_login: login,
      gravatar_id: '',
      url: `https://api.github.com/users/${login}`,
      avatar_url: `https://avatars.githubusercontent.com/u/${digest.readUInt32LE(30)}?`,
    },
    repo: { id: digest.readUInt32LE(34), name: repo, url: `https://api.github.com/repos/${repo}` },
    payload: {
      repository_id: digest.readUInt32LE(34),
      push_id: digest.readUInt32LE(38),
      size: commits.length,
      distinct_size: commits.length,
      ref: 'refs/heads/main',
      head: commits.at(-1)?.sha,
      before: digest.toString('hex', 42, 62),
      commits,
    },
    public: true,
    created_at: `2026-11-20T05:${String(Math.floor(at / 5000) % 60).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}Z`,
  };
  return `${JSON.stringify(event)}\n`;
}
