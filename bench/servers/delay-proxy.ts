/**
 * A proxy that holds each request back for a fixed time, as the way to S3 does, and tells which requests came.
 * Usage: delay-proxy.ts PORT TARGET DELAY_MS. `GET /-/requests` gives those since it was last asked, as a JSON array
 * of `METHOD path?query`.
 */
import { createServer } from 'node:http';
import { forward } from './forward.ts';

const [port, target = '', delayMs] = process.argv.slice(2);
let seen: string[] = [];

createServer((incoming, answer) => {
  if (incoming.url === '/-/requests') {
    answer.end(JSON.stringify(seen));
    seen = [];
    return;
  }
  seen.push(`${incoming.method} ${incoming.url}`);
  setTimeout(() => forward(incoming, answer, target), Number(delayMs));
}).listen(Number(port), '127.0.0.1');
