import t from 'tap';
import { parseWorkerConfig } from '../../../worker/host/config.ts';

t.test('fills in what is not said', async t => {
  t.same(parseWorkerConfig('{"bucket":"some-bucket","region":"eu-west-1"}'), {
    bucket: 'some-bucket',
    region: 'eu-west-1',
    workDir: '/var/lib/millrace',
    concurrency: 32,
  });
  const all = { bucket: 'some-bucket', region: 'us-gov-east-1', workDir: '/x', concurrency: 1 };
  t.same(parseWorkerConfig(JSON.stringify(all)), all);
});

t.test('names every fault with its path and value', async t => {
  const text = '{"bucket":"No","workDir":"here","concurrency":0.5,"colour":"red"}';
  t.throws(() => parseWorkerConfig(text), {
    message: [
      'bucket: expected the name of a bucket, got "No"',
      'region: expected a region such as eu-west-1, got nothing',
      'workDir: expected an absolute path, got "here"',
      'concurrency: expected a whole number from 1 to 256, got 0.5',
      'colour: expected no such setting, got "red"',
    ].join('; '),
  });
});

t.test('refuses what is no JSON object', async t => {
  for (const text of ['', '[]', 'null', '"x"', '{']) t.throws(() => parseWorkerConfig(text), Error, text);
});
