import t from 'tap';
import { stampedJson } from '../../../worker/shared/stamped-json.ts';
import { prepareWorker } from '../../helpers/worker-bed.ts';

const { makeBed, runWorker } = await prepareWorker(t);
const total = 1000;
const batch = 50;

for (const crowd of [2, 4, 8]) {
  t.test(`${crowd} workers on one bucket of ${total} files`, { timeout: 900_000 }, async t => {
    const bed = await makeBed(crowd === 4);
    const names = Array.from({ length: total }, (_, at) => `${at % 7}/${at}.json`);
    const sourceOf = (name: string) => Buffer.from(`{"name":"${name}"}`);
    for (let from = 0; from < total; from += batch) {
      const some = names.slice(from, from + batch);
      await Promise.all(some.map(name => bed.put(`input/${name}`, sourceOf(name))));
    }
    const configs = Array.from({ length: crowd }, (_, at) => (at === 0 ? bed.config : bed.addHost()));
    const ends = await Promise.all(configs.map(config => runWorker(config)));
    for (const { code, errors, lines } of ends) {
      t.match({ code, errors }, { code: 0, errors: '' });
      t.match(lines.at(-1), { outcome: 'done', rejected: 0, changed: 0, left: 0 });
    }
    t.same(
      await bed.keys(),
      names.map(name => `output/${name}`).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    const wrong: string[] = [];
    for (let from = 0; from < total; from += batch) {
      const some = names.slice(from, from + batch);
      const outputs = await Promise.all(some.map(name => bed.read(`output/${name}`)));
      wrong.push(...some.filter((name, at) => !outputs[at]?.equals(stampedJson(name, sourceOf(name)))));
    }
    t.same(wrong, [], 'every result has the right bytes');
    await bed.empty();
  });
}
