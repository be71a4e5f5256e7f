/** The container host has no network: a detached ssh carries the emulator's port into it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execArgv } from '../core/container.ts';
import { Failure } from '../core/failure.ts';
import { type SshConnection, sshArgv, tunnelOptions } from '../core/ssh.ts';
import { type HostPlace, hostEngine, runEngine } from './container-store.ts';
import { type Daemon, daemonState, startDaemon, stopDaemon } from './daemon.ts';
import { hasSucceeded } from './process.ts';

/**
 * Makes `127.0.0.1:<port>` inside the host reach the same address of this machine. It ends with the container,
 * so it is looked at after each start.
 * @returns whether it had to be started
 * @throws Failure when the port cannot be reached inside within 15 seconds
 */
export async function ensureTunnel(
  place: HostPlace,
  input: { readonly connection: SshConnection; readonly port: number },
): Promise<boolean> {
  const tunnel = describeTunnel(place, input.port);
  if (daemonState(tunnel) === 'running' && (await isReachable(place, input.port))) return false;
  await stopTunnel(place, input.port);
  const logFile = join(place.buildDir, 'logs', 'tunnel.log');
  const end = Date.now() + 15_000;
  while (Date.now() < end) {
    // A tunnel that was killed may hold the port inside for a moment: ssh then ends, and is started again.
    if (daemonState(tunnel) !== 'running') {
      const args = sshArgv({ connection: input.connection, options: tunnelOptions(input.port) });
      startDaemon(tunnel, { file: 'ssh', args, env: place.env, logFile });
    }
    if (await isReachable(place, input.port)) return true;
    await sleep(200);
  }
  await stopTunnel(place, input.port);
  throw new Failure({
    where: `tunnel to ${place.name}`,
    what: `port ${input.port} cannot be reached inside the host within 15 s`,
    hint: `See ${logFile}`,
  });
}

/** Ends the tunnel; one that is gone is forgotten. */
export async function stopTunnel(place: HostPlace, port: number): Promise<void> {
  const tunnel = describeTunnel(place, port);
  await stopDaemon(tunnel, 5_000);
  rmSync(tunnel.pidFile, { force: true });
}

function describeTunnel(place: HostPlace, port: number): Daemon {
  return {
    name: `tunnel to ${place.name}`,
    pidFile: join(place.buildDir, 'host', 'tunnel.pid'),
    mark: `127.0.0.1:${port}:127.0.0.1:${port}`,
  };
}

async function isReachable(place: HostPlace, port: number): Promise<boolean> {
  const connect = `import socket; socket.create_connection(("127.0.0.1", ${port}), 3)`;
  const command = execArgv(hostEngine(place), place.name, ['python3', '-c', connect]);
  return hasSucceeded(await runEngine(place, command, 10_000));
}
