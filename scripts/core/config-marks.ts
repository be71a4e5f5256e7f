import { sha256 } from '../../worker/shared/keys.ts';
import type { Config } from './config-schema.ts';

/** SHA-256 of each group of a config, so that a config is known again and what has changed can be named. */
export function markConfig(config: Config): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(config).map(([group, value]) => [group, digestOf(value)]));
}

/** SHA-256 of a value that is plain data. */
export function digestOf(value: unknown): string {
  return sha256(JSON.stringify(value));
}
