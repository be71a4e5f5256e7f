import { join } from 'node:path';
import { sha256 } from '../../worker/shared/keys.ts';
import {
  type Awaited,
  buildStackInputs,
  listHostAwaited,
  mergeOutputs,
  type Outputs,
  parseOutputs,
} from '../core/contract.ts';
import { Failure } from '../core/failure.ts';
import { planName } from '../core/plan-manifest.ts';
import { type StackName, stacks } from '../core/stacks.ts';
import { stateOutputs } from '../core/state.ts';
import { renderAwaits } from '../core/summary.ts';
import { renderBackend, renderVariables } from '../edge/rendered-files.ts';
import { findState, readState } from '../edge/state-store.ts';
import type { StackTerraform } from '../edge/terraform.ts';
import { mirrorTerraform, writeLocalBackend } from '../edge/terraform-tree.ts';
import { type BootstrapState, findBootstrapState, forgetImports } from './bootstrap-state.ts';
import type { RunContext } from './run-context.ts';

export type ReadyInputs = { readonly kind: 'ready'; readonly varFile: string; readonly digest: string };
type Inputs = ReadyInputs | { readonly kind: 'deferred'; readonly awaits: readonly Awaited[] };

/** Where the stacks of one environment run, and what they hand on to each other. */
export type StackAccess = {
  readonly bootstrap: BootstrapState;
  readonly hasBackend: () => boolean;
  /** From now on bootstrap's state lies in the bucket. */
  readonly gainBackend: () => void;
  /** Plans of a run's own lie apart: those that are being reviewed stay what they are. */
  readonly planFile: (stack: StackName, choice: { readonly isReadOnly: boolean }) => string;
  /** The stack with its state in the bucket. */
  readonly real: (stack: StackName) => StackTerraform;
  /** A scratch copy with local state: for bootstrap's first apply, and to preview what has no backend yet. */
  readonly preview: (stack: StackName) => StackTerraform;
  readonly previewDir: string;
  /** Renders the stack's tfvars, or tells what it waits for. */
  readonly inputsOf: (stack: StackName) => Inputs;
  /** @throws Failure naming what the stack still waits for */
  readonly requireInputs: (stack: StackName) => ReadyInputs;
  /** What the host's inventory waits for. */
  readonly hostAwaits: () => readonly Awaited[];
  readonly hasState: (stack: StackName) => Promise<boolean>;
  readonly outputs: () => Outputs;
  /** Reads what applied stacks hand on; without a backend there is nothing to read. */
  readonly loadOutputs: (names: readonly StackName[]) => Promise<void>;
  /** Notes which outputs of a stack its planned apply will change; none once it has been applied. */
  readonly noteChanging: (stack: StackName, outputs: readonly string[]) => void;
};

/**
 * How much garbage Go lets lie, in percent of what is in use (100 by default). A provider lives for seconds, and spends a
 * third of them on looking for memory to free: at this it is hardly anything, for a sixth more memory.
 */
const patience = '800';

export async function openStackAccess(run: RunContext): Promise<StackAccess> {
  const { workspace, target, toolchain, s3 } = run;
  const { root, buildDir, config, names, environment } = workspace;
  const previewDir = join(buildDir, 'preview');
  const terraformDir = target.terraformDir();
  const bootstrap = await findBootstrapState(run);
  const changing = new Map<StackName, readonly string[]>();
  let { hasBackend } = bootstrap;
  let isMirrored = false;
  let outputs: Outputs = {};

  const terraformIn = (stack: StackName, dir: string): StackTerraform => ({
    stack,
    file: toolchain.terraform.file,
    version: toolchain.terraform.version,
    dir: join(dir, stack),
    env: { GOGC: patience, ...target.environment(toolchain) },
    logFile: join(workspace.logDir, `${stack}.log`),
  });
  const real = (stack: StackName): StackTerraform => ({
    ...terraformIn(stack, terraformDir),
    backendFile: renderBackend(workspace, stack),
  });
  const hasState = async (stack: StackName) =>
    hasBackend && (await findState(s3, names.stateBucket, stacks[stack].stateKey(environment))) === 'present';
  const listChanging = (): readonly Awaited[] =>
    [...changing].flatMap(([stack, changed]) => changed.map(output => ({ stack, output })));
  const inputsOf = (stack: StackName): Inputs => {
    const { facts } = run;
    const inputs = buildStackInputs(stack, { config, names, facts, outputs, changing: listChanging() });
    if (inputs.kind === 'deferred') return inputs;
    const { path, text } = renderVariables(workspace, stack, inputs.values);
    return { kind: 'ready', varFile: path, digest: sha256(text) };
  };

  return {
    bootstrap,
    hasBackend: () => hasBackend,
    gainBackend: () => {
      hasBackend = true;
    },
    planFile: (stack, { isReadOnly }) =>
      join(buildDir, 'plans', isReadOnly ? '' : 'unreviewed', planName(stack)),
    real,
    preview: stack => {
      if (!isMirrored)
        mirrorTerraform({ root, into: previewDir, withEmulatorOverrides: target.emulator !== null });
      isMirrored = true;
      const terraform = terraformIn(stack, join(previewDir, 'terraform'));
      forgetImports(terraform);
      writeLocalBackend(
        terraform.dir,
        stack === 'bootstrap' ? bootstrap.localFile : join(previewDir, `${stack}.tfstate`),
      );
      return terraform;
    },
    previewDir,
    inputsOf,
    requireInputs: stack => {
      const inputs = inputsOf(stack);
      if (inputs.kind === 'ready') return inputs;
      throw new Failure({
        where: `stack ${stack}`,
        what: `still waits for ${renderAwaits(inputs.awaits)}`,
      });
    },
    hostAwaits: () => listHostAwaited(outputs, listChanging()),
    hasState,
    outputs: () => outputs,
    loadOutputs: async wanted => {
      const read = await Promise.all(
        wanted.map(async stack => {
          const key = stacks[stack].stateKey(environment);
          const state = hasBackend ? await readState(s3, names.stateBucket, key) : undefined;
          return state === undefined ? {} : parseOutputs(stack, stateOutputs(state));
        }),
      );
      // Read first: stacks end side by side, and what another one has put in meanwhile must stay.
      outputs = mergeOutputs([outputs, ...read]);
    },
    noteChanging: (stack, changed) => void changing.set(stack, changed),
  };
}
