/** The aws target: the caller's credentials, and an instance reached by ssh. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { faultText } from '../../worker/shared/fault-text.ts';
import type { Outputs } from '../core/contract.ts';
import { Failure, showValue } from '../core/failure.ts';
import type { HostAccess } from '../core/host-access.ts';
import { instanceArch } from '../core/instance-type.ts';
import { sessionProxyCommand } from '../core/ssh.ts';
import { readConsoleOutput } from './aws.ts';
import { callerEnvironment, readVariable, withoutTerraformSettings } from './environment.ts';
import { ensureKnownHosts } from './host-keys.ts';
import { requireLoginKey } from './login-key.ts';
import type { Target } from './target.ts';
import { requireSessionManager } from './toolchain/session-manager.ts';
import type { Workspace } from './workspace.ts';

/** A plan does not wait for a console. */
const askOnce = { limitMs: 0, pauseMs: 0 };

export function createAwsTarget(workspace: Workspace): Target {
  const { root, buildDir, config, environment } = workspace;
  const { region } = config.account;
  const access = { region };
  const { ssh } = config;
  const privateKeyFile = ssh.privateKeyFile?.replace(/^~(?=\/)/, homedir());
  const variables: Target['variables'] = () => ({
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    TF_CLI_CONFIG_FILE: join(buildDir, 'terraform.rc'),
    TF_DATA_DIR: `.terraform-${environment}`,
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    LC_ALL: 'C.UTF-8',
  });
  const connect = async (
    ec2: NonNullable<Outputs['ec2']>,
    say: (message: string) => void,
    patience?: typeof askOnce,
  ): Promise<HostAccess> => {
    const isSession = ssh.transport === 'ssm';
    const address = isSession ? ec2.instance_id : ec2.public_ip;
    const knownHostsFile = join(buildDir, 'ssh/known_hosts');
    const change = await ensureKnownHosts(
      {
        instanceId: ec2.instance_id,
        address,
        knownHostsFile,
        again: `npx zx scripts/deploy.mjs --env ${environment}`,
        readConsole: instanceId => readConsoleOutput(access, instanceId),
      },
      patience,
    );
    if (change !== undefined) say(change);
    const proxyCommand = isSession
      ? { proxyCommand: sessionProxyCommand(await requireSessionManager(callerEnvironment()), region) }
      : {};
    const identity = privateKeyFile === undefined ? {} : { identityFile: privateKeyFile };
    return {
      transport: ssh.transport,
      connection: { host: address, user: ssh.user, knownHostsFile, ...identity, ...proxyCommand },
      sources: {
        address: `output ${isSession ? 'instance_id' : 'public_ip'} of stack ec2`,
        hostKeys: `the console of ${ec2.instance_id} (output instance_id of stack ec2)`,
        identity: privateKeyFile === undefined ? 'in your ssh agent' : 'ssh.privateKeyFile of the config',
      },
    };
  };
  return {
    name: 'aws',
    emulator: null,
    access,
    asksBeforeChanges: true,
    needsContainer: false,
    nodeArch: instanceArch(config.compute.instanceType),
    gaps: [],
    terraformDir: () => join(root, 'terraform'),
    variables,
    environment: toolchain => {
      const base = withoutTerraformSettings(callerEnvironment());
      return { ...base, ...variables(toolchain), PATH: `${toolchain.venvBin}:${base['PATH'] ?? ''}` };
    },
    workerVariables: {},
    start: async () => {
      const endpoint = readVariable('AWS_ENDPOINT_URL');
      if (endpoint === undefined) return;
      throw new Failure({
        where: 'AWS_ENDPOINT_URL',
        what: `expects nothing on target aws, got ${showValue(endpoint)}`,
        hint: "This shell has sourced a local environment's env.sh: open another one.",
      });
    },
    findFault: () => undefined,
    facts: async () => ({
      archiveUrl: config.ingest.archiveUrl,
      eventsUrl: config.ingest.eventsUrl,
      publicKey: config.ssh.publicKey ?? '',
    }),
    prepareHost: async () => undefined,
    requireHostAccess: async () => {
      if (ssh.transport === 'ssm') await requireSessionManager(callerEnvironment());
      await requireLoginKey({ publicKey: ssh.publicKey ?? '', privateKeyFile }, callerEnvironment());
    },
    connectHost: (ec2, say) => connect(ec2, say),
    findHost: async (ec2, say) => {
      try {
        return { kind: 'found', access: await connect(ec2, say, askOnce) };
      } catch (error) {
        // Whoever may only plan may not read a console.
        return { kind: 'absent', reason: faultText(error) };
      }
    },
    runJob: async run => (await import('./glue-job.ts')).createGlueRunner(workspace, access)(run),
    remove: async () => undefined,
  };
}
