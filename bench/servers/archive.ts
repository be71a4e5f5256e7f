/** Serves one file as every hour of the GitHub archive. Usage: archive.ts PORT FILE */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, path = ''] = process.argv.slice(2);

createServer((request, answer) => {
  if (!/^\/[\d-]+\.json\.gz$/.test(request.url ?? '')) return void answer.writeHead(404).end();
  answer.writeHead(200, { 'content-type': 'application/gzip', 'content-length': statSync(path).size });
  if (request.method === 'HEAD') return void answer.end();
  createReadStream(path, { highWaterMark: 1 << 18 }).pipe(answer);
}).listen(Number(port), '127.0.0.1');
