/** The files under build/<env>/ that Terraform, Ansible and a person's shell read. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HostAccess } from '../core/host-access.ts';
import type { buildNodeBuilds, NodeArch } from '../core/node-release.ts';
import { ansibleConnection, sshConfigLines } from '../core/ssh.ts';
import { type StackName, stacks } from '../core/stacks.ts';
import type { WorkerOptions } from '../core/worker-options.ts';
import { writeFile } from './files.ts';
import { reviewNames } from './review-files.ts';
import { renderTemplate } from './templates.ts';
import type { Toolchain } from './toolchain.ts';
import type { Workspace } from './workspace.ts';

/** Renders env.sh and terraform.rc. */
export function renderEnvironmentFiles(input: {
  readonly workspace: Workspace;
  readonly toolchain: Toolchain;
  readonly variables: Readonly<Record<string, string>>;
}): void {
  const { workspace, toolchain, variables } = input;
  const { root, buildDir, environment } = workspace;
  const rc = renderTemplate(root, 'terraform.rc', { providerMirror: toolchain.providerMirror });
  writeFile(join(buildDir, 'terraform.rc'), rc);
  // Nothing for another account may stand beside the emulator's settings.
  const isLocal = 'AWS_ENDPOINT_URL' in variables;
  const env = renderTemplate(root, 'env.sh', { environment, isLocal, variables, venvBin: toolchain.venvBin });
  writeFile(join(buildDir, 'env.sh'), env, 0o600);
}

/** Renders a stack's tfvars. Gives its path and text. */
export function renderVariables(
  workspace: Workspace,
  stack: StackName,
  values: object,
): { readonly path: string; readonly text: string } {
  const path = join(workspace.buildDir, `${stack}.tfvars`);
  const text = renderTemplate(workspace.root, `${stack}.tfvars`, {
    environment: workspace.environment,
    ...values,
  });
  writeFile(path, text, 0o600);
  return { path, text };
}

/** Renders a stack's backend file. Gives its path. */
export function renderBackend(workspace: Workspace, stack: StackName): string {
  const { root, buildDir, config, names, environment } = workspace;
  const path = join(buildDir, `${stack}.tfbackend`);
  const stateKey = stacks[stack].stateKey(environment);
  writeFile(path, renderTemplate(root, 'stack.tfbackend', { environment, config, names, stateKey }));
  return path;
}

/** What the playbook needs beside the config. */
export type HostFacts = {
  /** The host's name in the inventory. */
  readonly name: string;
  readonly nodeArch: NodeArch;
  readonly access: HostAccess;
  readonly workerBucket: string;
  readonly workerVariables: Readonly<Record<string, string>>;
  readonly workerOptions: WorkerOptions;
  /** Absolute path on the control machine. */
  readonly bundle: string;
  readonly bundleSha256: string;
  readonly nodeBuilds: ReturnType<typeof buildNodeBuilds>;
  /** The log group that stack ec2 made. */
  readonly logGroup: string;
};

/** Renders the inventory, its group_vars and an ssh_config. Gives the inventory's path. */
export function renderInventory(workspace: Workspace, host: HostFacts): string {
  const { root, buildDir, config, names, environment } = workspace;
  const { connection, sources } = host.access;
  const data = { environment, config, names, host, sources, connection: ansibleConnection(connection) };
  const sshConfig = sshConfigLines(connection);
  writeFile(join(buildDir, 'ssh_config'), renderTemplate(root, 'ssh_config', { sshConfig }));
  writeFile(join(buildDir, 'group_vars/worker.yml'), renderTemplate(root, 'group_vars/worker.yml', data));
  const path = join(buildDir, 'inventory.yml');
  writeFile(path, renderTemplate(root, 'inventory.yml', data));
  return path;
}

/** Removes what was rendered for stacks and host: after a destroy it would only mislead. */
export function removeRenderedFiles(workspace: Workspace, stackNames: readonly StackName[]): void {
  const rendered = stackNames.flatMap(stack => [`${stack}.tfvars`, `${stack}.tfbackend`]);
  for (const name of [
    ...rendered,
    'inventory.yml',
    'group_vars',
    'ssh_config',
    'env.sh',
    'terraform.rc',
    'preview',
    'plans',
    'plans-taken',
    ...reviewNames,
  ]) {
    rmSync(join(workspace.buildDir, name), { recursive: true, force: true });
  }
}
