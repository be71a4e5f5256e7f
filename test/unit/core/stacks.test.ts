import t from 'tap';
import { dependentsOf, isStackName, stackNames, stacks, touchedBy } from '../../../scripts/core/stacks.ts';

t.test('lists each stack after all that it waits for', async t => {
  t.strictSame(stackNames, ['bootstrap', 'network', 'datalake', 'mpp', 'ingest', 'ec2']);
  for (const [index, name] of stackNames.entries()) {
    for (const before of stacks[name].waitsFor) {
      t.ok(stackNames.indexOf(before) < index, `${before} stands before ${name}`);
    }
  }
});

t.test('lets a stack wait only for what must exist at its own apply', async t => {
  t.strictSame(
    stackNames.map(name => [name, stacks[name].waitsFor]),
    [
      ['bootstrap', []],
      ['network', ['bootstrap']],
      ['datalake', ['bootstrap']],
      ['mpp', ['datalake', 'network']],
      ['ingest', ['bootstrap']],
      ['ec2', ['network']],
    ],
  );
});

t.test("keeps each state under its own key, bootstrap's without an environment", async t => {
  t.strictSame(
    stackNames.map(name => stacks[name].stateKey('dev')),
    [
      'global/bootstrap/terraform.tfstate',
      'dev/network/terraform.tfstate',
      'dev/storage/datalake/terraform.tfstate',
      'dev/workflow/mpp/terraform.tfstate',
      'dev/workflow/ingest/terraform.tfstate',
      'dev/compute/ec2/terraform.tfstate',
    ],
  );
});

t.test('names the dependents of a stack in the order of the tables', async t => {
  t.strictSame(dependentsOf('bootstrap'), ['network', 'datalake', 'ingest']);
  t.strictSame(dependentsOf('network'), ['mpp', 'ec2']);
  t.strictSame(dependentsOf('ec2'), []);
});

t.test('names who changes the resources of a stack', async t => {
  t.strictSame(touchedBy('network'), ['network', 'mpp']);
  t.strictSame(touchedBy('mpp'), ['mpp']);
});

t.test('tells a stack from any other word', async t => {
  t.ok(isStackName('mpp'));
  for (const word of ['', 'MPP', 'mpp ', 'constructor', 'bucket']) t.notOk(isStackName(word), word);
});
