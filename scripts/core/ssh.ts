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

export type AnsibleConnection = typeof pinnedSettings & {
  readonly ansible_host: string;
  readonly ansible_user: string;
  readonly ansible_ssh_private_key_file?: string;
  readonly ansible_ssh_common_args: string;
  readonly ansible_ssh_args: string;
};

/**
 * What Ansible would otherwise take from the caller's variables and ansible.cfg, by which another key than the known one,
 * or another host, could be accepted. Source: `ansible-doc -t connection ssh`.
 */
const pinnedSettings = {
  ansible_connection: 'ssh',
  ansible_port: 22,
  ansible_ssh_host_key_checking: true,
  ansible_ssh_executable: 'ssh',
  ansible_sftp_executable: 'sftp',
  ansible_scp_executable: 'scp',
  ansible_ssh_extra_args: '',
  ansible_sftp_extra_args: '',
  ansible_scp_extra_args: '',
  // Empty: Ansible's own, which no two hosts share.
  ansible_control_path: '',
} as const;

/** A ProxyCommand that runs exactly these words: ssh gives it to a shell and expands `%` in it first. */
export function buildProxyCommand(words: readonly string[]): string {
  return escapePercent(joinShellWords(words));
}

/**
 * A ProxyCommand that carries ssh through a session of AWS Systems Manager; the instance's id stands for its address.
 * @param aws absolute path of the AWS CLI, which finds the session-manager-plugin on PATH
 */
export function sessionProxyCommand(aws: string, region: string): string {
  const command = buildProxyCommand([aws, 'ssm', 'start-session', '--region', region]);
  return `${command} --target %h --document-name AWS-StartSSHSession --parameters portNumber=%p`;
}

/** The options that ssh and sftp need for this connection, one word each, the private key not among them. */
export function sshOptions(connection: SshConnection): string[] {
  return ['-F', 'none', ...settingsOf(connection).flatMap(option => ['-o', option])];
}

/** The lines of an ssh_config(5) for this connection, below its `Host`. */
export function sshConfigLines(connection: SshConnection): string[] {
  return [
    `HostName=${connection.host}`,
    `User=${connection.user}`,
    ...settingsOf(connection),
    ...identityOf(connection),
  ];
}

/** Arguments of a non-interactive `ssh` to the host; `options` stand before the host, `command` after it. */
export function sshArgv(input: {
  readonly connection: SshConnection;
  readonly options?: readonly string[];
  readonly command?: readonly string[];
}): string[] {
  const { connection, options = [], command = [] } = input;
  const identity = identityOf(connection).flatMap(option => ['-o', option]);
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
    // Ansible's own default, but for what goes through a pipe on this machine, which gains nothing from compression.
    ansible_ssh_args: `${connection.proxyCommand === undefined ? '-C ' : ''}-o ControlMaster=auto -o ControlPersist=60s`,
    ...pinnedSettings,
  };
}

function settingsOf(connection: SshConnection): readonly string[] {
  return [
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${quoteOptionValue(connection.knownHostsFile)}`,
    'GlobalKnownHostsFile=none',
    ...(connection.identityFile === undefined ? [] : ['IdentitiesOnly=yes']),
    ...(connection.proxyCommand === undefined ? [] : [`ProxyCommand=${connection.proxyCommand}`]),
  ];
}

function identityOf({ identityFile }: SshConnection): readonly string[] {
  return identityFile === undefined ? [] : [`IdentityFile=${quoteOptionValue(identityFile)}`];
}

/** ssh splits file lists at blanks and expands `%` (ssh_config(5), TOKENS). */
function quoteOptionValue(path: string): string {
  const escaped = escapePercent(path);
  return /^[\w@%+=:,./-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, '\\$&')}"`;
}

function escapePercent(text: string): string {
  return text.replaceAll('%', '%%');
}
