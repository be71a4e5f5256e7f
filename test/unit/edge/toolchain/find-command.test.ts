import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findCommand } from '../../../../scripts/edge/toolchain/find-command.ts';

t.test('finds the first file on PATH that can be run', async t => {
  const dir = t.testdir({
    plain: { tool: 'not executable' },
    folder: { tool: {} },
    first: { tool: '#!/bin/sh\n' },
    second: { tool: '#!/bin/sh\n' },
  });
  for (const name of ['first', 'second']) chmodSync(join(dir, name, 'tool'), 0o755);
  const path = [
    '',
    join(dir, 'missing'),
    ...['plain', 'folder', 'first', 'second'].map(name => join(dir, name)),
  ];
  t.equal(findCommand('tool', path.join(':')), join(dir, 'first/tool'));
  t.equal(findCommand('other', path.join(':')), undefined);
  t.equal(findCommand('tool', ''), undefined);
});

t.test("asks this process's own PATH when none is given", async t => {
  t.equal(findCommand('sh'), findCommand('sh', process.env['PATH']));
  t.match(findCommand('sh'), /\/sh$/);
});
