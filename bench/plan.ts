import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { containerName } from '../scripts/core/container.ts';
import { type Review, reviewSchema } from '../scripts/core/review/model.ts';
import { stackNames } from '../scripts/core/stacks.ts';
import { findContainerEngine } from '../scripts/edge/container-engine.ts';
import { stopHost } from '../scripts/edge/container-host.ts';
import { cleanEnvironment } from '../scripts/edge/environment.ts';
import { describeResult, type ProcessResult, runProcess } from '../scripts/edge/process.ts';
import { findCommand } from '../scripts/edge/toolchain/find-command.ts';
import { findTerraform } from '../scripts/edge/toolchain/terraform-binary.ts';
import type { Bench, BenchPlace } from './harness/bench.ts';

/** A local environment of the bench's own: deployed before the runs, destroyed after them. */
const environment = 'planbench';

const goal = { kind: 'ratio-at-most', value: 0.7 } as const;

/** The host does not run: what it will be is deferred, and the stacks alone are planned. */
const stacksAlone: Bench = {
  name: 'stacks',
  summary: 'plan of six deployed stacks, against six times terraform plan',
  warmUps: 1,
  pairs: 3,
  measures: [{ name: 'stacks', figure: 'seconds', unit: 's', goal }],
  prepare: async place => {
    const deployed = await deployEnvironment(place);
    await deployed.stopHost();
    return {
      ours: planContender(deployed, { exitCode: 2, host: 'deferred' }),
      rival: await terraformContender(deployed, []),
    };
  },
};

const withHost: Bench = {
  name: 'host',
  summary:
    'plan of six deployed stacks and their host, against six times terraform plan and one playbook check',
  warmUps: 1,
  pairs: 3,
  measures: [{ name: 'host', figure: 'seconds', unit: 's', goal }],
  prepare: async place => {
    const deployed = await deployEnvironment(place);
    const check = 'ansible-playbook -i "$BUILD/inventory.yml" --check --diff ansible/playbook.yml';
    return {
      ours: planContender(deployed, { exitCode: 0, host: 'checked' }),
      rival: await terraformContender(deployed, [check]),
    };
  },
};

export const benches: readonly Bench[] = [stacksAlone, withHost];

type Deployed = {
  readonly root: string;
  readonly build: string;
  readonly run: (verb: string, args: readonly string[], timeoutMs?: number) => Promise<ProcessResult>;
  readonly stopHost: () => Promise<void>;
};

/** Deploys the environment, and has it destroyed in the end. */
async function deployEnvironment({ root, logFile, say, teardown }: BenchPlace): Promise<Deployed> {
  const npx = findCommand('npx');
  if (npx === undefined) throw new Error('npx: expected on PATH, got none');
  const config = join(root, 'config', `${environment}.yaml`);
  const build = join(root, 'build', environment);
  const run: Deployed['run'] = (verb, args, timeoutMs) =>
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
    if (existsSync(build)) await run('destroy', ['--confirm', environment]);
    rmSync(config, { force: true });
  });
  say(`  deploying ${environment}`);
  requireExit(await run('deploy', []), 0);
  return {
    root,
    build,
    run,
    stopHost: async () => {
      const engine = await findContainerEngine();
      if (engine === undefined) throw new Error('expected a container engine that answers, got none');
      const name = containerName(environment, build);
      await stopHost({ engine, buildDir: build, name, env: cleanEnvironment(), logFile });
    },
  };
}

function planContender(
  { build, run }: Deployed,
  expected: { readonly exitCode: number; readonly host: Review['host']['kind'] },
) {
  const reviewFile = join(build, 'plan.json');
  return {
    label: `npx zx scripts/plan.mjs, on ${environment}`,
    setUp: async () => rmSync(reviewFile, { force: true }),
    run: async ({ timeoutMs }: { readonly timeoutMs: number }) => {
      requireExit(await run('plan', [], timeoutMs), expected.exitCode);
      return {};
    },
    // What is skipped would be fast: every stack was planned, and the host was asked where it can be.
    verify: async () => {
      const { stacks, host } = reviewSchema.parse(JSON.parse(readFileSync(reviewFile, 'utf8')));
      const found = [...stacks.map(stack => `${stack.kind} ${stack.hasChanges}`), host.kind];
      const wanted = [...stackNames.map(() => 'planned false'), expected.host];
      if (found.join() !== wanted.join()) throw new Error(`the review tells of ${found.join(', ')}`);
      return {};
    },
  };
}

/** What an operator would type instead, one line after another. */
async function terraformContender({ root, build }: Deployed, more: readonly string[]) {
  const { version } = await findTerraform();
  const plans = stackNames.map(
    stack =>
      `(cd "$BUILD/terraform/${stack}" && terraform plan -input=false -no-color -detailed-exitcode -var-file="$BUILD/${stack}.tfvars")`,
  );
  const env = { ...cleanEnvironment(), BUILD: build };
  return {
    label: `terraform plan (${version}) in each stack's folder${more.length === 0 ? '' : ', then ansible-playbook --check'}`,
    run: async ({ timeoutMs }: { readonly timeoutMs: number }) => {
      const line = ['. "$BUILD/env.sh"', ...plans, ...more].join(' && ');
      requireExit(await runProcess({ file: 'bash', args: ['-c', line], cwd: root, env, timeoutMs }), 0);
      return {};
    },
  };
}

function requireExit(result: ProcessResult, exitCode: number): void {
  if (result.kind === 'exited' && result.exitCode === exitCode) return;
  const said = 'stderr' in result ? `\n${result.stderr.slice(-2_000)}` : '';
  throw new Error(`expected exit code ${exitCode}, got ${describeResult(result)}${said}`);
}
