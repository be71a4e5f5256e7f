import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { copyRoot, ended, removeCleanCopy, runVerb } from '../helpers/clean-copy.ts';
import { commandLine, processesNaming } from '../helpers/processes.ts';

test('destroy refuses another name', async t => {
  const result = ended(await runVerb('destroy', ['--confirm', 'production']));
  t.equal(result.exitCode, 1);
  t.match(result.stderr, /--confirm: expects the environment's name, local, got production/);
});

test('destroy removes everything, and leaves build/ with logs and reports', async t => {
  const result = ended(await runVerb('destroy', ['--confirm', 'local']));
  t.equal(result.exitCode, 0, result.stderr);
  const order = [...result.stderr.matchAll(/^\+ destroy (\S+)/gm)].map(([, name]) => name);
  t.equal(order.length, 6);
  t.equal(order.at(-1), 'bootstrap', 'the state backend is the last');
  t.ok(order.indexOf('mpp') < order.indexOf('datalake') && order.indexOf('ec2') < order.indexOf('network'));

  // No report.json is left by a run that was refused last.
  const left = readdirSync(join(copyRoot, 'build/local')).filter(name => name !== 'report.json');
  t.same(left.sort(), ['logs', 'runs']);
  t.same(processesNaming([copyRoot]).map(commandLine), [], 'no process of this clone is left');
  t.notMatch(
    readFileSync('/proc/self/mounts', 'utf8').replaceAll('\\040', ' '),
    copyRoot,
    'no mount is left',
  );
});

test('the copy can be removed like any folder', async t => {
  removeCleanCopy();
  t.notOk(existsSync(copyRoot));
});
