import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { cleanEnvironment } from '../../../../scripts/edge/environment.ts';
import { requireSessionManager } from '../../../../scripts/edge/toolchain/session-manager.ts';

const aws = 'aws-cli/2.15.30 Python/3.11.6 Linux/6.1 exe/x86_64.amzn.2023';

/** A PATH with programs that say this and nothing else. */
function pathWith(t: Test, says: Readonly<Record<string, string>>): string {
  const scripts = Object.entries(says).map(([name, text]) => [name, `#!/bin/sh\necho '${text}'\n`]);
  const dir = t.testdir(Object.fromEntries(scripts));
  for (const name of Object.keys(says)) chmodSync(join(dir, name), 0o755);
  return dir;
}

t.test("gives the AWS CLI's absolute path when both are there", async t => {
  const path = pathWith(t, { aws, 'session-manager-plugin': '1.2.553.0' });
  t.equal(await requireSessionManager(cleanEnvironment(), path), join(path, 'aws'));
});

for (const { title, says, message, hint } of [
  {
    title: 'a missing AWS CLI',
    says: { 'session-manager-plugin': '1.2.553.0' },
    message: /^aws: is not on PATH, and ssh\.transport ssm needs it$/,
    hint: /getting-started-install/,
  },
  {
    title: 'a missing plugin',
    says: { aws },
    message: /^session-manager-plugin: is not on PATH, and ssh\.transport ssm needs it$/,
    hint: /install-plugin\.html\. Or set ssh\.transport to public-ssh\.$/,
  },
  {
    title: 'a plugin that is too old to carry ssh',
    says: { aws, 'session-manager-plugin': '1.0.37.0' },
    message: /session-manager-plugin: expects version >= 1\.1\.23, got 1\.0\.37\.0$/,
    hint: /install-plugin/,
  },
  {
    title: 'another program of that name',
    says: { aws: 'awesome!', 'session-manager-plugin': '1.2.553.0' },
    message: /aws: does not tell its version/,
    hint: /getting-started-install/,
  },
]) {
  t.test(`names ${title} and how to get it`, async t => {
    const found = requireSessionManager(cleanEnvironment(), pathWith(t, says));
    await t.rejects(found, { message, hint });
  });
}
