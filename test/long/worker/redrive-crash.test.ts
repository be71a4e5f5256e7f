import t from 'tap';
import { transitFolder } from '../../../scripts/core/redrive.ts';
import { isList, type SeenRequest, startS3Proxy, type Verdict } from '../../helpers/s3-proxy.ts';
import {
  calls,
  deleteCopy,
  deleteRecord,
  prepareRedrive,
  putInput,
} from '../../helpers/worker/redrive-bed.ts';

const { emulator, runWorker, redrive, startRedrive, metadataOf, bedWithRefused } = await prepareRedrive(t);

type Moment = readonly [string, (seen: SeenRequest) => boolean];

const isPost = ({ method, url }: SeenRequest, query: string) => method === 'POST' && url.includes(query);
const begins = (seen: SeenRequest) => isPost(seen, '?uploads');
const completes = (seen: SeenRequest) => isPost(seen, 'uploadId=');

t.test('goes on where it was killed, at any request', async t => {
  const reads: readonly Moment[] = [
    ['LIST on the way', seen => isList(seen) && seen.url.includes('redrive')],
    ['LIST errors', seen => isList(seen) && !seen.url.includes('redrive')],
    ['GET record', calls('get', 'errors/a.json.error.json')],
    ['HEAD file', calls('head', 'errors/a.json')],
    ['HEAD input', calls('head', 'input/a.json')],
    ['HEAD output', calls('head', 'output/a.json')],
    ['GET copy', calls('get', transitFolder)],
  ];
  const writes: readonly Moment[] = [
    ['COPY', calls('put', transitFolder)],
    ['DELETE file', calls('delete', 'errors/a.json')],
    ['begin the upload', begins],
    ['PUT its part', putInput],
    ['complete it', completes],
    ['DELETE record', deleteRecord],
    ['DELETE copy', deleteCopy],
  ];
  const cases = [
    ...[...reads, ...writes].map(moment => [...moment, 'drop'] as const),
    ...writes.map(moment => [...moment, 'lose'] as const),
  ];
  const tryCase = async ([name, isMoment, verdict]: (typeof cases)[number]) => {
    const bed = await bedWithRefused();
    let isReached = false;
    const proxy = await startS3Proxy(t, emulator.endpoint, (seen): Promise<Verdict> | Verdict => {
      if (!isMoment(seen)) return 'pass';
      isReached = true;
      setTimeout(() => victim.kill('SIGKILL'), verdict === 'lose' ? 50 : 0);
      return verdict === 'drop' ? new Promise(() => {}) : 'lose';
    });
    const victim = startRedrive(bed, proxy.endpoint);
    await new Promise(resolve => victim.once('close', resolve));
    t.equal(isReached, true, `${name} is reached`);
    const places = (await bed.keys()).filter(key => !key?.endsWith('.error.json'));
    const bodies = await Promise.all(places.map(async key => (await bed.read(key ?? '')).toString()));
    t.ok(
      bodies.length > 0 && bodies.every(body => body === '{"v":'),
      `${name}, ${verdict}: whole after the kill`,
    );

    const next = await redrive(bed);
    t.same(next.failed, []);
    t.same(await bed.keys(), ['input/a.json'], `${name}, ${verdict}: finished by the next`);
    t.match(await metadataOf(bed, 'input/a.json'), { redrives: '1' });
    t.same((await bed.read('input/a.json')).toString(), '{"v":');
  };
  for (let from = 0; from < cases.length; from += 3)
    await Promise.all(cases.slice(from, from + 3).map(tryCase));
});

t.test('after a kill the worker may come first', async t => {
  for (const isMoment of [completes, deleteRecord, deleteCopy]) {
    const bed = await bedWithRefused();
    const proxy = await startS3Proxy(t, emulator.endpoint, seen => {
      if (!isMoment(seen)) return 'pass';
      setTimeout(() => victim.kill('SIGKILL'), 50);
      return 'lose';
    });
    const victim = startRedrive(bed, proxy.endpoint);
    await new Promise(resolve => victim.once('close', resolve));
    await runWorker(bed.config);
    await redrive(bed, { values: { key: ['another.json'] } });
    t.same(await bed.keys(), ['errors/a.json', 'errors/a.json.error.json']);
    t.match(await metadataOf(bed, 'errors/a.json'), { redrives: '1' });
    t.same((await bed.read('errors/a.json')).toString(), '{"v":');
  }
});
