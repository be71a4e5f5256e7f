/** How a host is reached, with where each part of that comes from, and what to do where it is not reached. */
import { Failure } from './failure.ts';
import { fingerprintsOf, listFingerprints } from './host-keys.ts';
import { passedStages, type ReachFault, stageWords } from './reach.ts';
import type { SshConnection } from './ssh.ts';

/** `container`: the container's engine carries ssh, on the local target. */
export type Transport = 'public-ssh' | 'ssm' | 'container';

export type HostAccess = {
  readonly transport: Transport;
  readonly connection: SshConnection;
  /** Where the address, the host keys and the private key come from, for whoever reads the inventory. */
  readonly sources: { readonly address: string; readonly hostKeys: string; readonly identity: string };
};

/**
 * The failure that tells how far a connection got, and what to do.
 * @param where.knownHosts the text of the connection's known_hosts file
 * @param where.again the command that goes on once it is mended
 */
export function reachFailure(
  access: HostAccess,
  fault: ReachFault,
  where: { readonly environment: string; readonly knownHosts: string; readonly again: string },
): Failure {
  const { connection } = access;
  const passed = passedStages(fault.stage, connection.proxyCommand !== undefined);
  const way = passed.length === 0 ? '' : ` (passed: ${passed.join(', ')})`;
  const detail = fault.stage === 'host key' ? hostKeyDetail(fault, where.knownHosts) : fault.detail;
  return new Failure({
    where: `host ${connection.user}@${connection.host}`,
    what: `cannot be reached${way}: ${stageWords[fault.stage].failed}: ${detail}`,
    hint: `${hintFor(access, fault, where.environment)}\nBy hand: ssh -v -F build/${where.environment}/ssh_config worker. Then: ${where.again}`,
  });
}

function hostKeyDetail(fault: ReachFault, knownHosts: string): string {
  const known = listFingerprints(fingerprintsOf(knownHosts));
  return `expects ${known === '' ? 'a known key' : known}, got ${fault.shownFingerprint ?? 'another one'}`;
}

function hintFor(access: HostAccess, fault: ReachFault, environment: string): string {
  const { connection, sources, transport } = access;
  switch (fault.stage) {
    case 'name':
      return `The address is ${sources.address}.`;
    case 'tcp':
      return 'Port 22 is open to compute.callerCidr alone: see that your address is in it, and that the instance runs.';
    case 'proxy':
      return transport === 'ssm'
        ? sessionHint(fault.detail)
        : `See that the container runs: build/${environment}/logs/container.log`;
    case 'banner':
      return 'The host is still starting, its sshd is down or refuses new connections, or another program has its address.';
    case 'key exchange':
      return 'sshd ended the connection: its own log tells why (on the host: journalctl -u sshd).';
    case 'host key':
      return hostKeyHint(access);
    case 'login':
      return `Expects user ${connection.user} (ssh.user) and the key ${sources.identity}. See that the instance has that key: it takes another one only when it is made.`;
    case 'command':
      return `The login shell of ${connection.user} must run commands, and the disk must not be full.`;
    case 'python':
      return "Install it anew with the system's package manager, or remove it: the playbook then installs it.";
  }
}

/** A console shows the keys of the first start only: of new ones on the same instance it knows nothing. */
function hostKeyHint({ connection, sources, transport }: HostAccess): string {
  const { host, knownHostsFile } = connection;
  const remove = `rm '${knownHostsFile}'. The keys are then read anew from ${sources.hostKeys}, never from the network.`;
  const remedies =
    transport === 'container'
      ? [`Where you know why: ${remove}`]
      : [
          `Where it is another instance, or that file was changed: ${remove}`,
          [
            'Where its keys were made anew on the same instance, its console tells the old ones for ever: read /etc/ssh/ssh_host_*_key.pub',
            `by a way that you trust already (a session of Systems Manager, the EC2 serial console), and put them into '${knownHostsFile}'`,
            `below its first line, as '${host} <type> <key>'. Or have a new instance made: terraform apply -replace=aws_instance.worker in stack ec2.`,
          ].join(' '),
        ];
  return [
    'Either the host got new keys (they were made anew, or it is another machine), or someone answers in its place. Nothing was sent and nothing accepted.',
    ...remedies,
  ].join('\n');
}

/** Source: AWS Systems Manager user guide, "Troubleshooting Session Manager". */
function sessionHint(detail: string): string {
  if (/TargetNotConnected/.test(detail))
    return 'The instance has not registered with Systems Manager. A new one needs a minute or two; one that never does lacks the endpoints ssm and ssmmessages (network.interfaceEndpoints) or its role.';
  if (/AccessDenied|not authorized/.test(detail))
    return 'Your credentials need ssm:StartSession on the instance and on document AWS-StartSSHSession.';
  if (/SessionManagerPlugin/.test(detail)) return sessionPluginHint;
  if (/credentials|ExpiredToken|Token has expired|SSO/i.test(detail))
    return 'Sign in (for example: aws sso login) and check with: aws sts get-caller-identity';
  return 'Try the session alone: aws ssm start-session --target <the instance>';
}

export const sessionPluginHint =
  'Install it: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html. Or set ssh.transport to public-ssh.';
