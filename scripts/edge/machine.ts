import { availableParallelism, freemem } from 'node:os';

/** What this machine has to spare. */
export function readMachine(): { readonly cores: number; readonly freeMib: number } {
  return { cores: availableParallelism(), freeMib: Math.floor(freemem() / 1024 ** 2) };
}
