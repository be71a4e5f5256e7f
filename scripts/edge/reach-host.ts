/** Tries the connection to a host as a whole, before a playbook would, and tells how far it got. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseReach, type Reach, reachScript } from '../core/reach.ts';
import { type SshConnection, sshArgv } from '../core/ssh.ts';
import { runProcess } from './process.ts';

/** For one attempt with all that follows the banner. */
const attemptMs = 20_000;
const pauseMs = 250;

/**
 * Connects, and tries again for as long as a host that is starting could need.
 * @param input.limitMs after which nothing is tried again; 0 tries once
 * @param input.bannerSeconds within which one attempt must come to the server's first words
 * @param input.options further options of ssh
 */
export async function reachHost(input: {
  readonly connection: SshConnection;
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly bannerSeconds?: number;
  readonly options?: readonly string[];
  readonly logFile?: string;
}): Promise<Reach> {
  const end = Date.now() + input.limitMs;
  for (;;) {
    const reach = await tryHost(input);
    if (reach.kind === 'reached' || !reach.mayPass || Date.now() > end) return reach;
    await sleep(pauseMs);
  }
}

async function tryHost(input: Parameters<typeof reachHost>[0]): Promise<Reach> {
  const { connection, env, bannerSeconds = 10, options = [] } = input;
  const limits = ['-v', '-o', `ConnectTimeout=${bannerSeconds}`];
  const result = await runProcess({
    file: 'ssh',
    args: sshArgv({ connection, options: [...limits, ...options], command: [reachScript] }),
    env,
    timeoutMs: attemptMs,
    ...(input.logFile === undefined ? {} : { logFile: input.logFile }),
  });
  const isProxied = connection.proxyCommand !== undefined;
  if (result.kind === 'spawn-failed') throw new Error(`ssh: ${result.message}`);
  const exitCode = result.kind === 'exited' ? result.exitCode : null;
  return parseReach({ exitCode, stdout: result.stdout, stderr: result.stderr }, isProxied);
}
