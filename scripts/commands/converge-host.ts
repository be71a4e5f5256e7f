import { join } from 'node:path';
import { type Outputs, requireOutputs } from '../core/contract.ts';
import { Failure } from '../core/failure.ts';
import { type HostAccess, reachFailure } from '../core/host-access.ts';
import { requireFittingHost } from '../core/host-check.ts';
import { buildNodeBuilds } from '../core/node-release.ts';
import type { HostReport } from '../core/report.ts';
import { buildWorkerOptions } from '../core/worker-options.ts';
import { bundlePrograms } from '../edge/bundle.ts';
import { installerEnvironment } from '../edge/environment.ts';
import { readText } from '../edge/files.ts';
import { ensureNodeBinary, hashFile } from '../edge/node-binary.ts';
import { findUnhonouredConditions } from '../edge/objects.ts';
import { ansibleVersion, type PlaybookInput, runPlaybook } from '../edge/playbook.ts';
import { reachHost } from '../edge/reach-host.ts';
import { renderInventory } from '../edge/rendered-files.ts';
import type { RunContext } from './run-context.ts';
import type { StackRunner } from './stack-runner.ts';

/** Fetches what the host will need; runs beside the stacks, because it needs nothing of them. */
export async function prepareHost(run: RunContext): Promise<void> {
  await Promise.all([fetchNodeBinary(run), run.target.prepareHost()]);
}

/** How long a host that has shown its keys may take until it can be logged in to. */
const reachLimitMs = 60_000;

export function fetchNodeBinary({ workspace, target, toolchain }: RunContext): Promise<string> {
  return ensureNodeBinary({
    version: workspace.config.worker.nodeVersion,
    arch: target.nodeArch,
    cacheDir: workspace.cacheDir,
    npm: 'npm',
    python: join(toolchain.venvBin, 'python'),
    env: installerEnvironment(),
    logFile: join(workspace.logDir, 'toolchain.log'),
  });
}

/**
 * Renders the inventory from the stack's outputs and runs the playbook, once the bucket is known to be safe for a worker
 * and the host to be the right one.
 * @throws Failure naming the conditions that the bucket does not honour, how far the host was reached, what it is unfit
 * for, or the task that failed
 */
export async function convergeHost(run: RunContext, runner: StackRunner): Promise<HostReport> {
  const { workspace, target, progress } = run;
  const began = progress.seconds();
  const ec2 = requireOutputs(runner.outputs(), 'ec2');
  await requireConditions(run, ec2.worker_bucket);
  const access = await target.connectHost(ec2, progress.say);
  await bundlePrograms({ root: workspace.root, outDir: join(workspace.root, 'dist') });
  const inventory = await renderHost(run, { ec2, access });
  await requireHost(run, access, ec2.worker_bucket);
  const { changed, warnings } = await runPlaybook(playbookOf(run, inventory));
  for (const warning of warnings) progress.say(`warning: ${warning}`);
  return {
    address: access.connection.host,
    outcome: changed > 0 ? 'changed' : 'unchanged',
    changed,
    seconds: Math.round((progress.seconds() - began) * 10) / 10,
  };
}

async function requireHost(run: RunContext, access: HostAccess, workerBucket: string): Promise<void> {
  const { workspace, target, toolchain } = run;
  const { connection } = access;
  const env = target.environment(toolchain);
  const reach = await reachHost({ connection, env, limitMs: reachLimitMs });
  if (reach.kind === 'failed') {
    throw reachFailure(access, reach, {
      environment: workspace.environment,
      knownHosts: readText(connection.knownHostsFile) ?? '',
      again: `npx zx scripts/deploy.mjs --env ${workspace.environment}`,
    });
  }
  requireFittingHost(reach, {
    name: `${connection.user}@${connection.host}`,
    workerBucket,
    ansible: ansibleVersion(workspace.root),
  });
}

/** Renders the inventory and its group_vars, with the bundle as it lies in dist/. Gives the inventory's path. */
export async function renderHost(
  { workspace, target }: RunContext,
  { ec2, access }: { readonly ec2: NonNullable<Outputs['ec2']>; readonly access: HostAccess },
): Promise<string> {
  const bundle = join(workspace.root, 'dist/worker.cjs');
  return renderInventory(workspace, {
    name: `${workspace.names.prefix}-worker`,
    nodeArch: target.nodeArch,
    access,
    workerBucket: ec2.worker_bucket,
    workerVariables: target.workerVariables,
    workerOptions: buildWorkerOptions(workspace.config.worker),
    bundle,
    bundleSha256: await hashFile(bundle),
    nodeBuilds: buildNodeBuilds(workspace.cacheDir, target.nodeArch),
    logGroup: ec2.log_group,
  });
}

/** The playbook as it is run, or checked, with this inventory. */
export function playbookOf({ workspace, target, toolchain }: RunContext, inventory: string): PlaybookInput {
  return {
    root: workspace.root,
    inventory,
    ansiblePlaybook: join(toolchain.venvBin, 'ansible-playbook'),
    env: target.environment(toolchain),
    logFile: join(workspace.logDir, 'playbook.log'),
  };
}

async function requireConditions(run: RunContext, workerBucket: string): Promise<void> {
  const unhonoured = await findUnhonouredConditions(run.s3, workerBucket, `millrace-probe/${run.runId}`);
  if (unhonoured.length === 0) return;
  throw new Failure({
    where: `bucket ${workerBucket}`,
    what: `does not honour the conditions that keep files safe: ${unhonoured.join(', ')}`,
    hint: 'The worker needs Amazon S3, or a store that enforces conditional requests.',
  });
}
