import { connect } from 'node:net';
import t from 'tap';
import { startEmulator } from '../helpers/emulator.ts';

const emulator = await startEmulator(t);

const body = 'Action=GetCallerIdentity&Version=2011-06-15';
const request = [
  'POST / HTTP/1.1',
  `Host: 127.0.0.1:${emulator.port}`,
  'Authorization: AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0',
  'Content-Type: application/x-www-form-urlencoded',
  `Content-Length: ${body.length}`,
  '',
  body,
].join('\r\n');

/** What one read gives after each request on one connection. */
function firstReads(requests: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const reads: string[] = [];
    const socket = connect(emulator.port, '127.0.0.1', () => socket.write(request));
    socket.once('error', reject);
    socket.on('data', chunk => {
      reads.push(chunk.toString());
      if (reads.length < requests) socket.write(request);
      else socket.end(() => resolve(reads));
    });
  });
}

t.test('head and body of an answer come together, or the Go SDK repeats its request at times', async t => {
  for (const read of await firstReads(20)) {
    t.match(read, /^HTTP\/1\.1 200 OK\r\n/);
    t.match(read, /<\/GetCallerIdentityResponse>$/);
  }
});

t.test('answers without a body and large ones arrive whole', async t => {
  const bucket = `${emulator.endpoint}/answers`;
  const headers = {
    authorization: 'AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/s3/aws4_request',
  };
  t.equal((await fetch(bucket, { method: 'PUT', headers })).status, 200);
  const large = 'x'.repeat(3_000_000);
  t.equal((await fetch(`${bucket}/large`, { method: 'PUT', headers, body: large })).status, 200);
  t.equal(
    (await fetch(`${bucket}/large`, { method: 'HEAD', headers })).headers.get('content-length'),
    '3000000',
  );
  t.ok((await (await fetch(`${bucket}/large`, { headers })).text()) === large);
  t.equal((await fetch(`${bucket}/large`, { method: 'DELETE', headers })).status, 204);
});
