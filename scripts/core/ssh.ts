/** The ssh connection to a host as data: every path is in it, nothing is taken from the user's own ssh settings. */
import { joinShellWords } from './shell-word.ts';

export type SshConnection = {
  /** The name under which the host's key stands in `knownHostsFile`. */
  readonly host: string;
  readonly user: string;
  /** Absolute path. */
  readonly knownHostsFile: string;
  /** Absolute path of the private key; without it the ssh agent is asked. */
  readonly identityFile?: string;
  /** Made by {@link buildProxyCommand}; without it ssh connects by TCP. */
  readonly proxyCommand?: string;
};

export type AnsibleConnection = {
  readonly ansible_host: string;
  readonly ansible_user: string;
  readonly ansible_ssh_private_key_file?: string;
  readonly ansible_ssh_common_args: string;
  readonly ansible_ssh_args?: string;
};

/** A ProxyCommand that runs exactly these words: ssh gives it to a shell and expands `%` in it first. */
export function buildProxyCommand(words: readonly string[]): string {
  return escapePercent(joinShellWords(words));
}

/** The options that ssh and sftp need for this connection, one word each, the private key not among them. */
export function sshOptions(connection: SshConnection): string[] {
  const options = [
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${quoteOptionValue(connection.knownHostsFile)}`,
    'GlobalKnownHostsFile=none',
    ...(connection.identityFile === undefined ? [] : ['IdentitiesOnly=yes']),
    ...(connection.proxyCommand === undefined ? [] : [`ProxyCommand=${connection.proxyCommand}`]),
  ];
  return ['-F', 'none', ...options.flatMap(option => ['-o', option])];
}

/** Arguments of a non-interactive `ssh` to the host; `options` stand before the host, `command` after it. */
export function sshArgv(input: {
  readonly connection: SshConnection;
  readonly options?: readonly string[];
  readonly command?: readonly string[];
}): string[] {
  const { connection, options = [], command = [] } = input;
  const identity =
    connection.identityFile === undefined
      ? []
      : ['-o', `IdentityFile=${quoteOptionValue(connection.identityFile)}`];
  const login = ['-o', 'BatchMode=yes', '-l', connection.user];
  return [...sshOptions(connection), ...identity, ...login, ...options, '--', connection.host, ...command];
}

/** Options of an ssh that only makes `127.0.0.1:<port>` of the host reach the same address of this machine. */
export function tunnelOptions(port: number): string[] {
  const options = ['ExitOnForwardFailure=yes', 'ServerAliveInterval=15', 'ConnectTimeout=10'];
  const forward = `127.0.0.1:${port}:127.0.0.1:${port}`;
  return ['-N', ...options.flatMap(option => ['-o', option]), '-R', forward];
}

/** The same connection as Ansible's inventory variables. Ansible splits the arguments like a shell does. */
export function ansibleConnection(connection: SshConnection): AnsibleConnection {
  return {
    ansible_host: connection.host,
    ansible_user: connection.user,
    ...(connection.identityFile === undefined
      ? {}
      : { ansible_ssh_private_key_file: escapePercent(connection.identityFile) }),
    ansible_ssh_common_args: joinShellWords(sshOptions(connection)),
    // A pipe on this machine: Ansible's own default would compress what goes through it.
    ...(connection.proxyCommand === undefined
      ? {}
      : { ansible_ssh_args: '-o ControlMaster=auto -o ControlPersist=60s' }),
  };
}

/** ssh splits file lists at blanks and expands `%` (ssh_config(5), TOKENS). */
function quoteOptionValue(path: string): string {
  const escaped = escapePercent(path);
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, '\\$&')}"`;
}

function escapePercent(text: string): string {
  return text.replaceAll('%', '%%');
}
