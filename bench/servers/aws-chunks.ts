/**
 * Takes the frames off a body that an SDK sends in chunks of its own: `SIZE[;chunk-signature=...]\r\n`, the bytes, `\r\n`,
 * and after the one of size 0 trailers, which are passed over.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function* decodeAwsChunks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head = '';
  let left = 0;
  let isOver = false;
  for await (const data of source) {
    let at = 0;
    while (at < data.length && !isOver) {
      if (left > 0) {
        const taken = data.subarray(at, at + left);
        yield taken;
        left -= taken.length;
        at += taken.length;
        continue;
      }
      const end = data.indexOf('\n', at);
      head += data.toString('latin1', at, end === -1 ? data.length : end + 1);
      at = end === -1 ? data.length : end + 1;
      // The bytes of a chunk end with an empty line.
      if (head === '\r\n') head = '';
      else if (head.endsWith('\n')) {
        left = Number.parseInt(head, 16);
        isOver = left === 0;
        head = '';
      }
    }
  }
}
