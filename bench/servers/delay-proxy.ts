/**
 * A proxy that holds each request back for a fixed time, as the way to S3 does, and tells which requests came.
 * Usage: delay-proxy.ts PORT TARGET DELAY_MS. `GET /-/requests` gives those since it was last asked, as a JSON array
 * of `METHOD path?query`.
 * It hands bytes on and reads no more of them than a request's first line, so that it takes little of the processors
 * that are measured; a request's later packets keep their order and are not held back again.
 */
import { connect, createServer, type Socket } from 'node:net';

const [port, target = '', delay] = process.argv.slice(2);
const { hostname, port: targetPort } = new URL(target);
const delayMs = Number(delay);
let seen: string[] = [];

createServer(socket => {
  socket.setNoDelay(true);
  const onward = connect({ host: hostname, port: Number(targetPort), noDelay: true });
  let due = 0;
  socket.on('data', chunk => {
    const [, request] =
      /^((?:GET|HEAD|PUT|POST|DELETE) \S+) HTTP\/1\.1\r\n/.exec(chunk.toString('latin1', 0, 4096)) ?? [];
    if (request === 'GET /-/requests') return tell(socket);
    if (request !== undefined) {
      seen.push(request);
      due = performance.now() + delayMs;
    }
    setTimeout(() => onward.write(chunk), Math.max(0, due - performance.now()));
  });
  onward.pipe(socket);
  socket.once('close', () => onward.destroy());
  for (const side of [socket, onward]) side.on('error', () => socket.destroy());
}).listen(Number(port), '127.0.0.1');

function tell(socket: Socket): void {
  const body = JSON.stringify(seen);
  seen = [];
  socket.end(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
