import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
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

/**
 * Copies a plan file to where nobody else writes, so that what is looked at is what is applied.
 * @returns the copy's SHA-256, or undefined where there is no such file
 */
export function takePlanFile(path: string, copy: string): string | undefined {
  if (!existsSync(path)) return undefined;
  mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
  copyFileSync(path, copy);
  chmodSync(copy, 0o600);
  return sha256(readFileSync(copy));
}
