import { cleanEnvironment } from '../scripts/edge/environment.ts';
import { describeResult, hasSucceeded, runProcess } from '../scripts/edge/process.ts';
import { findCommand } from '../scripts/edge/toolchain/find-command.ts';
import { findTerraform } from '../scripts/edge/toolchain/terraform-binary.ts';
import type { Bench, Contender } from './harness/bench.ts';

/** How long a command takes to say its first word: the time that every command pays before it works. */
const help: Bench = {
  name: 'help',
  summary: 'the help of deploy, as the README types it, against the help of terraform',
  warmUps: 2,
  pairs: 15,
  measures: [
    // A person waits a second for an answer without wondering.
    { name: 'start', figure: 'seconds', unit: 's', goal: { kind: 'ours-at-most', value: 1 } },
    // Less than one run of the AWS provider takes: the start never decides how much memory a machine needs.
    { name: 'start-memory', figure: 'peakMib', unit: 'MiB', goal: { kind: 'ours-at-most', value: 350 } },
  ],
  prepare: async ({ root }) => {
    const npx = findCommand('npx');
    if (npx === undefined) throw new Error('npx: expected on PATH, got none');
    const terraform = await findTerraform();
    const env = { ...cleanEnvironment(), CHECKPOINT_DISABLE: '1' };
    const ours = { file: npx, args: ['zx', 'scripts/deploy.mjs', '--help'], cwd: root, env };
    return {
      ours: printsHelp('npx zx scripts/deploy.mjs --help', ours, /^npx zx scripts\/deploy\.mjs \[flags\]$/m),
      rival: printsHelp(
        `terraform -help (${terraform.version})`,
        { file: terraform.file, args: ['-help'], cwd: root, env },
        /^Usage: terraform /m,
      ),
    };
  },
};

export const benches: readonly Bench[] = [help];

function printsHelp(label: string, spec: Parameters<typeof runProcess>[0], expected: RegExp): Contender {
  return {
    label,
    run: async ({ timeoutMs }) => {
      const result = await runProcess({ ...spec, timeoutMs });
      if (!hasSucceeded(result)) throw new Error(describeResult(result));
      if (!expected.test(result.stdout)) throw new Error('it printed no help');
      return {};
    },
  };
}
