import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { cleanEnvironment } from '../../../scripts/edge/environment.ts';
import { ensureKeyPair } from '../../../scripts/edge/key-pair.ts';
import { hasSucceeded, runProcess } from '../../../scripts/edge/process.ts';
import { readGaps } from '../../../scripts/edge/terraform-tree.ts';
import { findCommand } from '../../../scripts/edge/toolchain/find-command.ts';
import { startEmulator, testRegion } from '../../helpers/emulator.ts';
import { gapProbes, type ProbeRoot } from '../../helpers/gap-probes.ts';
import { terraformTestEnv } from '../../helpers/terraform.ts';

test('every gap of the overrides has a probe, and every probe a gap', t => {
  t.same(
    gapProbes.flatMap(({ gaps }) => gaps).sort(),
    readGaps(projectRoot)
      .map(({ gap }) => gap)
      .sort(),
  );
  t.end();
});

test('each override is still needed: without it the emulator is not clean, with it it is', async t => {
  const { publicKey } = await ensureKeyPair({
    directory: join(t.testdir({}), 'ssh'),
    env: cleanEnvironment(),
  });
  // Two at a time: an emulator and a provider wait more than they work.
  const left = [...gapProbes];
  const probe = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { gaps, open, overridden } = next;
      const name = gaps.join(', ');
      t.notOk(
        await isClean(t, join(t.testdirName, `${gaps[0]}-open`), open, publicKey),
        `${name} shows (if not: it is closed, remove the override and this probe)`,
      );
      if (overridden.body === '') continue; // nothing is left to apply
      t.ok(
        await isClean(t, join(t.testdirName, `${gaps[0]}-overridden`), overridden, publicKey),
        `${name}: the override closes it`,
      );
    }
  };
  await Promise.all([probe(), probe()]);
});

/** Whether a root applies on a fresh emulator and the plan after it has no changes. */
async function isClean(
  t: Test,
  dir: string,
  { provider = '', body }: ProbeRoot,
  publicKey: string,
): Promise<boolean> {
  const emulator = await startEmulator(t);
  mkdirSync(dir, { recursive: true });
  const text = `terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region = "${testRegion}"
  ${provider}
}
${body.replace('PUBLIC_KEY', publicKey)}
`;
  writeFileSync(join(dir, 'main.tf'), text);
  const terraform = (...args: readonly string[]) =>
    runProcess({
      file: findCommand('terraform') ?? 'terraform',
      args: [...args, '-input=false', '-no-color'],
      cwd: dir,
      env: { ...emulator.env, ...terraformTestEnv(), AWS_MAX_ATTEMPTS: '3' },
    });
  const initialised = await terraform('init');
  if (!hasSucceeded(initialised)) throw new Error(`init failed: ${JSON.stringify(initialised)}`);
  const clean =
    hasSucceeded(await terraform('apply', '-auto-approve')) &&
    hasSucceeded(await terraform('plan', '-detailed-exitcode'));
  await emulator.stop();
  return clean;
}
