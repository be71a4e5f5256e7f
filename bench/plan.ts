import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { reviewSchema } from '../scripts/core/review/model.ts';
import { stackNames } from '../scripts/core/stacks.ts';
import { cleanEnvironment } from '../scripts/edge/environment.ts';
import { describeResult, type ProcessResult, runProcess } from '../scripts/edge/process.ts';
import { findCommand } from '../scripts/edge/toolchain/find-command.ts';
import { findTerraform } from '../scripts/edge/toolchain/terraform-binary.ts';
import type { Bench, BenchPlace } from './harness/bench.ts';

/** A local environment of the bench's own: deployed before the runs, destroyed after them. */
const environment = 'planbench';

const plan: Bench = {
  name: 'unchanged',
  summary: 'plan of six deployed stacks and the host, against six times terraform plan',
  warmUps: 1,
  pairs: 5,
  measures: [{ name: 'plan', figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-most', value: 0.7 } }],
  prepare: async place => {
    const run = await deployEnvironment(place);
    const build = join(place.root, 'build', environment);
    const terraform = await findTerraform();
    const line =
      '. "$BUILD/env.sh" && cd "$BUILD/terraform/$STACK" && terraform plan -input=false -no-color -detailed-exitcode -var-file="../../$STACK.tfvars"';
    return {
      ours: {
        label: `npx zx scripts/plan.mjs, on ${environment}`,
        setUp: async () => rmSync(join(build, 'plan.json'), { force: true }),
        run: async ({ timeoutMs }) => {
          requireUnchanged(await run('plan', [], timeoutMs));
          return {};
        },
        // What is skipped would be fast: every stack was planned and the host was asked.
        verify: async () => {
          const review = reviewSchema.parse(JSON.parse(readFileSync(join(build, 'plan.json'), 'utf8')));
          const kinds = [...review.stacks, review.host].map(({ kind }) => kind);
          const expected = [...stackNames.map(() => 'planned'), 'checked'];
          if (kinds.join() !== expected.join()) throw new Error(`the review tells of ${kinds.join(', ')}`);
          return {};
        },
      },
      rival: {
        label: `terraform plan (${terraform.version}) in each stack's folder, one after another`,
        run: async ({ timeoutMs }) => {
          for (const stack of stackNames) {
            const env = { ...cleanEnvironment(), BUILD: build, STACK: stack };
            requireUnchanged(await runProcess({ file: 'bash', args: ['-c', line], env, timeoutMs }));
          }
          return {};
        },
      },
    };
  },
};

export const benches: readonly Bench[] = [plan];

type Run = (verb: string, args: readonly string[], timeoutMs?: number) => Promise<ProcessResult>;

/** Deploys the environment, and has it destroyed in the end. Gives what runs a command on it. */
async function deployEnvironment({ root, logFile, say, teardown }: BenchPlace): Promise<Run> {
  const npx = findCommand('npx');
  if (npx === undefined) throw new Error('npx: expected on PATH, got none');
  const config = join(root, 'config', `${environment}.yaml`);
  const run: Run = (verb, args, timeoutMs) =>
    runProcess({
      file: npx,
      args: ['zx', `scripts/${verb}.mjs`, '--env', environment, ...args],
      cwd: root,
      env: cleanEnvironment(),
      logFile,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  copyFileSync(join(root, 'config/local.yaml'), config);
  teardown(async () => {
    if (existsSync(join(root, 'build', environment))) await run('destroy', ['--confirm', environment]);
    rmSync(config, { force: true });
  });
  say(`  deploying ${environment}`);
  requireUnchanged(await run('deploy', []));
  return run;
}

function requireUnchanged(result: ProcessResult): void {
  if (result.kind === 'exited' && result.exitCode === 0) return;
  const said = 'stderr' in result ? `\n${result.stderr.slice(-2_000)}` : '';
  throw new Error(`expected no changes, got ${describeResult(result)}${said}`);
}
