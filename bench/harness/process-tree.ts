/** Peak memory of this process's descendants, sampled from /proc: resident sizes added up (proc_pid_stat(5)). */
import { readdirSync, readFileSync } from 'node:fs';

type ProcessEntry = { readonly parent: number; readonly residentPages: number };

export type MemoryWatch = { /** Ends the watch and gives the peak in MiB. */ readonly stop: () => number };

const leastPauseMs = 20;
/** Looking must not take a processor away from what is watched: a twentieth of one at most. */
const pauseForLook = 19;

/**
 * Watches every descendant that was not there before. Pages that processes share are counted in each, and what lives
 * for less than a pause may be missed: both contenders are measured the same way.
 */
export function watchMemory(root: number = process.pid): MemoryWatch {
  const before = new Set(descendantsOf(root, readProcesses()).map(([pid]) => pid));
  let peakPages = 0;
  const look = () => {
    const pages = descendantsOf(root, readProcesses())
      .filter(([pid]) => !before.has(pid))
      .reduce((sum, [, { residentPages }]) => sum + residentPages, 0);
    peakPages = Math.max(peakPages, pages);
  };
  let timer: NodeJS.Timeout;
  const lookAgain = () => {
    const began = performance.now();
    look();
    timer = setTimeout(lookAgain, Math.max(leastPauseMs, (performance.now() - began) * pauseForLook));
  };
  lookAgain();
  return {
    stop: () => {
      clearTimeout(timer);
      return (peakPages * pageKib()) / 1024;
    },
  };
}

/** The processes below `root`, in no particular order. */
export function descendantsOf(
  root: number,
  processes: ReadonlyMap<number, ProcessEntry>,
): readonly (readonly [number, ProcessEntry])[] {
  const isBelow = (pid: number): boolean => {
    for (let at = processes.get(pid)?.parent; at !== undefined && at > 0; at = processes.get(at)?.parent)
      if (at === root) return true;
    return false;
  };
  return [...processes].filter(([pid]) => isBelow(pid));
}

/** Parses a line of /proc/<pid>/stat: the program's name in it may hold spaces and brackets. */
export function parseStat(line: string): ProcessEntry | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [parent, residentPages] = [Number(fields[1]), Number(fields[21])];
  return Number.isInteger(parent) && Number.isInteger(residentPages) ? { parent, residentPages } : undefined;
}

/** The kernel's page size; the smaps of a process tell it (proc_pid_smaps(5)). */
function pageKib(): number {
  return Number(readFileSync('/proc/self/smaps', 'utf8').match(/^KernelPageSize:\s+(\d+) kB$/m)?.[1] ?? 4);
}

function readProcesses(): ReadonlyMap<number, ProcessEntry> {
  const found = new Map<number, ProcessEntry>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const entry = parseStat(readFileSync(`/proc/${name}/stat`, 'utf8'));
      if (entry !== undefined) found.set(Number(name), entry);
    } catch {
      // It has ended since the folder was listed.
    }
  }
  return found;
}
