import { readText } from './files.ts';

/**
 * When a process was started, in the kernel's clock ticks since the machine's start; undefined when it has ended. With
 * its id that names a process for good: ids alone are given away again. Source: proc(5), /proc/PID/stat.
 */
export function startOf(pid: number): string | undefined {
  // State and what follows stand behind the program's name, which may hold anything.
  const fields = readText(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

/** This process, or another, as one word; `isRunning` tells of it later. */
export function nameProcess(pid = process.pid): string {
  return `${pid}@${startOf(pid) ?? ''}`;
}

/** Whether the process of this name still runs. A text that is no name is nobody's. */
export function isRunning(name: string): boolean {
  const [, pid = '', start] = /^(\d+)@(\d+)$/.exec(name) ?? [];
  return start !== undefined && startOf(Number(pid)) === start;
}
