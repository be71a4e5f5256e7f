import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type AskEvents, type PollResult, pollEvents, type RawStore } from './realtime.ts';
import { parseRealtimeSettings } from './settings.ts';

const s3 = new S3Client({});
const answerMs = 30_000;

/** Entry of the function `ingest-realtime`: each scheduled event is one poll. */
export async function handler(): Promise<PollResult> {
  const settings = parseRealtimeSettings(process.env);
  const store = openRawStore(settings.rawBucket);
  const result = await pollEvents({ settings, now: new Date(), ask, store });
  console.log(JSON.stringify({ event: 'polled', ...result }));
  return result;
}

const ask: AskEvents = async ({ url, etag }) => {
  const answer = await fetch(url, {
    headers: {
      accept: 'application/vnd.github+json',
      'user-agent': 'millrace',
      'x-github-api-version': '2022-11-28',
      ...(etag === null ? {} : { 'if-none-match': etag }),
    },
    // It could lead from https to http.
    redirect: 'error',
    signal: AbortSignal.timeout(answerMs),
  });
  return { status: answer.status, header: name => answer.headers.get(name), body: await answer.text() };
};

function openRawStore(Bucket: string): RawStore {
  return {
    read: async Key => {
      // The role may list this one key: a GET of a missing one would look like a missing right.
      const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 }));
      if (KeyCount === 0) return undefined;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return await Body?.transformToString();
    },
    write: async ({ key, body, contentType }) => {
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          ChecksumAlgorithm: 'SHA256',
        }),
      );
    },
  };
}
