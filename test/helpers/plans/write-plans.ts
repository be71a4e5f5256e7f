/** Writes test/fixtures/plans/: npx tsx test/helpers/plans/write-plans.ts [case ...] */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { writeFile } from '../../../scripts/edge/files.ts';
import { renderTemplate } from '../../../scripts/edge/templates.ts';
import { ensureToolchain } from '../../../scripts/edge/toolchain.ts';
import { startEmulator } from '../emulator.ts';
import { terraformTestEnv } from '../terraform.ts';
import { planCases } from './cases.ts';
import { planFixture, renderFixture } from './fixtures.ts';
import { makePlan } from './make-plans.ts';

const wanted = process.argv.slice(2);
const stops: (() => Promise<void>)[] = [];
const folder = mkdtempSync(join(tmpdir(), 'millrace-plans-'));
try {
  const { providerMirror } = await ensureToolchain({
    root: projectRoot,
    cacheDir: join(projectRoot, 'build/.cache'),
    logDir: join(projectRoot, 'build/test'),
    needsContainer: false,
    report: message => process.stdout.write(`${message}\n`),
  });
  process.env['TF_CLI_CONFIG_FILE'] ??= join(folder, 'terraform.rc');
  writeFile(
    process.env['TF_CLI_CONFIG_FILE'],
    renderTemplate(projectRoot, 'terraform.rc', { providerMirror }),
  );
  const cases = planCases.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const emulator = cases.some(({ isAws }) => isAws)
    ? await startEmulator({ teardown: stop => stops.push(stop) })
    : undefined;
  for (const planCase of cases) {
    const made = await makePlan(planCase, {
      folder: join(folder, planCase.name),
      ...(emulator === undefined ? {} : { emulator }),
      env: terraformTestEnv(),
    });
    writeFile(planFixture(planCase.name), renderFixture(made));
    process.stdout.write(`${planCase.name}: ${JSON.stringify(made.summary)}\n`);
  }
} finally {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true, force: true });
}
