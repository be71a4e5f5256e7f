/** Command lines of Terraform as data. All run in the stack's folder, machine-readable, without questions or colour. */

type PlanInput = {
  readonly varFile: string;
  readonly planFile: string;
  readonly destroy?: boolean;
  /** Leaves the state's lock alone: a lock that is taken is written, and a plan that writes nothing takes none. */
  readonly isReadOnly?: boolean;
};

export function initArgv(input: {
  readonly backendFile?: string;
  readonly reconfigure: boolean;
}): readonly string[] {
  return [
    'init',
    '-input=false',
    '-no-color',
    '-lockfile=readonly',
    ...(input.reconfigure ? ['-reconfigure'] : []),
    ...(input.backendFile === undefined ? [] : [`-backend-config=${input.backendFile}`]),
  ];
}

/** Plans into a file; exit code 0 without changes, 2 with, 1 on failure. */
export function planArgv(input: PlanInput): readonly string[] {
  return [
    'plan',
    '-input=false',
    '-no-color',
    '-json',
    '-detailed-exitcode',
    input.isReadOnly === true ? '-lock=false' : `-lock-timeout=${lockTimeout}`,
    ...(input.destroy === true ? ['-destroy'] : []),
    `-var-file=${input.varFile}`,
    `-out=${input.planFile}`,
  ];
}

export function applyArgv(planFile: string): readonly string[] {
  return ['apply', '-input=false', '-no-color', '-json', `-lock-timeout=${lockTimeout}`, planFile];
}

/** Writes into the state what the resources are now; changes nothing else. */
export function refreshArgv(varFile: string): readonly string[] {
  return [
    ...['apply', '-refresh-only', '-auto-approve', '-input=false', '-no-color', '-json'],
    `-lock-timeout=${lockTimeout}`,
    `-var-file=${varFile}`,
  ];
}

/** Puts a state file into the stack's backend. */
export function statePushArgv(stateFile: string): readonly string[] {
  return ['state', 'push', '-no-color', `-lock-timeout=${lockTimeout}`, stateFile];
}

/** A plan file as JSON. */
export function showArgv(planFile: string): readonly string[] {
  return ['show', '-no-color', '-json', planFile];
}

/** A lock that another run holds is waited for this long; then its id and owner are shown. */
const lockTimeout = '10s';
