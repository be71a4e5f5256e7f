/** The aws target: the caller's credentials, and an instance reached by ssh. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure, showValue } from '../core/failure.ts';
import type { SshConnection } from '../core/ssh.ts';
import { callerEnvironment, readVariable, withoutTerraformSettings } from './environment.ts';
import { writeFile } from './files.ts';
import { createGlueRunner } from './glue-job.ts';
import { readHostKeys } from './host-keys.ts';
import type { Target } from './target.ts';
import type { Workspace } from './workspace.ts';

export function createAwsTarget(workspace: Workspace): Target {
  const { root, buildDir, config, environment } = workspace;
  const { region } = config.account;
  const access = { region };
  const variables: Target['variables'] = () => ({
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    TF_CLI_CONFIG_FILE: join(buildDir, 'terraform.rc'),
    TF_DATA_DIR: `.terraform-${environment}`,
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    LC_ALL: 'C.UTF-8',
  });
  return {
    name: 'aws',
    emulator: null,
    access,
    asksBeforeChanges: true,
    needsContainer: false,
    nodeArch: 'x64',
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
    connectHost: async ec2 => {
      if (ec2.public_ip === '')
        throw new Failure({ where: 'stack ec2', what: 'the instance has no public address' });
      const connection: SshConnection = {
        host: ec2.public_ip,
        user: config.ssh.user,
        knownHostsFile: join(buildDir, 'ssh/known_hosts'),
        ...(config.ssh.privateKeyFile === undefined
          ? {}
          : { identityFile: config.ssh.privateKeyFile.replace(/^~(?=\/)/, homedir()) }),
      };
      const keys = await readHostKeys(access, {
        instanceId: ec2.instance_id,
        address: ec2.public_ip,
        knownHostsFile: connection.knownHostsFile,
      });
      writeFile(connection.knownHostsFile, keys);
      return connection;
    },
    runJob: createGlueRunner(workspace, access),
    remove: async () => undefined,
  };
}
