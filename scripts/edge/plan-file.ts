import { existsSync, readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { sha256 } from '../../worker/shared/keys.ts';
import type { StateMark } from '../core/plan-manifest.ts';
import { parseStateMark } from '../core/state.ts';

/** SHA-256 of a plan file, and the state that it was made on: it holds a copy. */
export function readPlanFile(path: string): { readonly sha256: string; readonly state: StateMark | null } {
  const bytes = readFileSync(path);
  const parts = unzipSync(bytes, { filter: ({ name }) => name === 'tfstate' });
  const state = parts['tfstate'];
  return {
    sha256: sha256(bytes),
    state: state === undefined ? null : parseStateMark(strFromU8(state)),
  };
}

/** SHA-256 of a plan file, or undefined where there is none. */
export function hashPlanFile(path: string): string | undefined {
  return existsSync(path) ? sha256(readFileSync(path)) : undefined;
}
