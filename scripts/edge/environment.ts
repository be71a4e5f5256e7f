/** The one door to this process's environment variables, and the base from which children's environments are made. */

/** The variables a child may inherit: what programs need to run at all, nothing that names an account or a proxy. */
const inherited = [
  'HOME',
  'USER',
  'LOGNAME',
  'PATH',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'TERM',
  'XDG_RUNTIME_DIR',
  'XDG_CACHE_HOME',
  // How often programs written in Go, as Terraform and its provider, look for memory to free.
  'GOGC',
];

/** The value of a variable, or undefined when it is unset or empty. */
export function readVariable(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
}

/** A child's environment without credentials, profiles, endpoints or proxies of the caller's. */
export function cleanEnvironment(): Record<string, string> {
  const entries = inherited.map(name => [name, readVariable(name)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The caller's own environment: for children of an aws target. */
export function callerEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** For Terraform: its values and arguments come from the rendered files alone, or a plan would not be what was reviewed. */
export function withoutTerraformSettings(env: Readonly<Record<string, string>>): Record<string, string> {
  return without(/^TF_(VAR_|CLI_ARGS|WORKSPACE|DATA_DIR)/, env);
}

/** For installers: the caller's proxies, indexes and certificates, and nothing that speaks for an AWS account. */
export function installerEnvironment(): Record<string, string> {
  return withoutTerraformSettings(without(/^AWS_/, callerEnvironment()));
}

function without(names: RegExp, env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.test(name)));
}

/** The SDK writes a paragraph about Node 20 to the terminal at every start; the README says what is supported. */
export function silenceSdkNotice(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
}
