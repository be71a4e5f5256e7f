/** Damage on a host of a test's own, and what the playbook makes of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { PlaybookRun } from '../ansible.ts';
import { type ManagedEntry, renderRoles, type SystemName } from './rendered-roles.ts';
import { diskScript, placesScript } from './snapshot.ts';

/** Runs a command as root on the host and gives what it printed. */
export type RunOnHost = (command: readonly string[]) => Promise<string>;

/** Everything that the roles keep right on a host with these variables; `root` as in {@link renderRoles}. */
export async function readEntries(
  variables: object,
  choice: { readonly system?: SystemName; readonly root?: string } = {},
): Promise<readonly ManagedEntry[]> {
  const { system = 'debian', root } = choice;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-entries-'));
  try {
    const rendered = await renderRoles(folder, variables, { names: [system], root });
    return Object.values(rendered[system]?.entries ?? {}).flat();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What stands in each managed place. */
export async function readPlaces(
  run: RunOnHost,
  entries: readonly ManagedEntry[],
): Promise<Readonly<Record<string, unknown>>> {
  const wanted = JSON.stringify(entries.map(({ kind, path }) => [kind, path]));
  return z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(await run(['python3', '-c', placesScript, wanted])));
}

/** A line for everything on the host's disk. */
export async function readDisk(run: RunOnHost): Promise<ReadonlySet<string>> {
  return new Set((await run(['python3', '-c', diskScript])).split('\n'));
}

/** The entries that a run has changed, and tasks outside of lists by their names. */
export function changedItems(run: Pick<PlaybookRun, 'changes'>): readonly string[] {
  return [...new Set(run.changes.map(({ task, item }) => item ?? task))].sort();
}
