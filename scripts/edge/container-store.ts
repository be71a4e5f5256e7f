/** The place on this machine where the container host's images, containers, sockets and locks are kept. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type ContainerEngine,
  containersConf,
  engineEnvironment,
  parseMountPoints,
  podmanStore,
  removeStoreArgv,
} from '../core/container.ts';
import { Failure } from '../core/failure.ts';
import type { FoundEngine } from './container-engine.ts';
import { readVariable } from './environment.ts';
import { fullDiskHint, readText, writeFile } from './files.ts';
import { describeResult, hasSucceeded, type ProcessResult, runProcess } from './process.ts';

/** One environment's host on this machine. */
export type HostPlace = {
  readonly engine: FoundEngine;
  /** build/<env>, absolute. */
  readonly buildDir: string;
  /** See `containerName`. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
};

/** Runs one command of the engine; without a time limit of its own it has two minutes. */
export async function runEngine(
  place: HostPlace,
  args: readonly string[],
  timeoutMs = 120_000,
): Promise<ProcessResult> {
  const engine = hostEngine(place);
  return runProcess({
    file: engine.file,
    args,
    env: { ...place.env, ...engineEnvironment(engine) },
    timeoutMs,
    logFile: place.logFile,
  });
}

/** As {@link runEngine}, and gives its standard output. @throws Failure when it does not succeed */
export async function requireEngine(
  place: HostPlace,
  args: readonly string[],
  timeoutMs?: number,
): Promise<string> {
  const result = await runEngine(place, args, timeoutMs);
  if (hasSucceeded(result)) return result.stdout;
  const said = result.kind === 'spawn-failed' ? '' : (result.stderr.trim().split('\n').at(-1) ?? '');
  throw new Failure({
    where: `container ${place.name}`,
    what: `${place.engine.kind} failed: ${describeResult(result)}${said === '' ? '' : `: ${said}`}`,
    hint: /no space left/i.test(said)
      ? fullDiskHint
      : `See ${place.logFile}. Destroying the environment and deploying again starts from nothing.`,
  });
}

export function hostEngine(place: HostPlace): ContainerEngine {
  if (place.engine.kind === 'docker') return { kind: 'docker', file: place.engine.file };
  return podmanStore({
    file: place.engine.file,
    buildDirectory: place.buildDir,
    runtimeDirectory: runtimeDirectory(),
  });
}

/** @throws Failure when the store's runtime folder is not this user's own */
export async function ensureStore(place: HostPlace): Promise<void> {
  const engine = hostEngine(place);
  if (engine.kind === 'docker') return;
  await mkdir(engine.runroot, { recursive: true, mode: 0o700 });
  // Under /tmp anyone could have made it before.
  if ((await stat(engine.runroot)).uid !== process.getuid?.()) {
    throw new Failure({
      where: engine.runroot,
      what: 'expected a folder of this user, got one of another user',
      hint: 'Remove it, or log in so that XDG_RUNTIME_DIR is set.',
    });
  }
  const cgroupV2 = existsSync('/sys/fs/cgroup/cgroup.controllers');
  writeFile(engine.configFile, containersConf({ runroot: engine.runroot, cgroupV2 }));
}

/** Removes everything that the store ever held, whatever state it is in. */
export async function removeStore(place: HostPlace): Promise<void> {
  const engine = hostEngine(place);
  if (engine.kind === 'docker') return;
  const folders = [engine.root, engine.runroot];
  const mounts = parseMountPoints(readFileSync('/proc/self/mounts', 'utf8'));
  const inside = mounts.filter(mount => folders.some(folder => mount.startsWith(`${folder}/`)));
  for (const mount of inside.reverse()) {
    await runProcess({ file: 'umount', args: [mount], env: place.env, timeoutMs: 30_000 });
  }
  if (process.getuid?.() !== 0 && existsSync(engine.root)) {
    await runEngine(place, removeStoreArgv(engine));
    await endPauseProcess(`${engine.runroot}/tmp/pause.pid`);
  }
  for (const folder of [...folders, dirname(engine.root)]) await rm(folder, { recursive: true, force: true });
  await rmdir(dirname(engine.runroot)).catch(() => undefined); // another clone's host is in it
}

/** An ordinary user's podman leaves one process behind that keeps the user namespace. */
async function endPauseProcess(pidFile: string): Promise<void> {
  const pid = Number(readText(pidFile)?.trim());
  if (!Number.isInteger(pid) || pid <= 1) return;
  const command = readText(`/proc/${pid}/cmdline`) ?? '';
  if (/podman|catatonit|pause/.test(command)) process.kill(pid, 'SIGTERM');
}

function runtimeDirectory(): string {
  const uid = process.getuid?.() ?? 0;
  if (uid === 0) return '/run/millrace';
  const own = readVariable('XDG_RUNTIME_DIR');
  return own === undefined ? `/tmp/millrace-${uid}` : `${own}/millrace`;
}
