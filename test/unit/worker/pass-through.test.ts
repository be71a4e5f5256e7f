import t from 'tap';
import { createPassThrough } from '../../../worker/host/processors/pass-through.ts';
import { runProcessor } from '../../helpers/run-processor.ts';

t.test('passes any bytes unchanged', async t => {
  const processor = createPassThrough(['.bin']);
  t.strictSame(processor.suffixes, ['.bin']);
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  for (const bytes of [Buffer.alloc(0), everyByte, Buffer.from('{"_millrace":')]) {
    for (const size of [1, 7, 1000]) t.same(await runProcessor(processor, 'a.bin', bytes, size), bytes);
  }
});
