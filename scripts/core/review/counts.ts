import type { Counts, Entry } from './model.ts';

export const noCounts: Counts = {
  add: 0,
  change: 0,
  destroy: 0,
  replace: 0,
  import: 0,
  move: 0,
  forget: 0,
  drift: 0,
  outputs: 0,
  risks: 0,
};

/** Counted as Terraform does in its own last line: a replacement is one to add and one to destroy. */
export function countEntries(entries: readonly Entry[]): Counts {
  return entries.map(countsOf).reduce(addCounts, noCounts);
}

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    add: a.add + b.add,
    change: a.change + b.change,
    destroy: a.destroy + b.destroy,
    replace: a.replace + b.replace,
    import: a.import + b.import,
    move: a.move + b.move,
    forget: a.forget + b.forget,
    drift: a.drift + b.drift,
    outputs: a.outputs + b.outputs,
    risks: a.risks + b.risks,
  };
}

/** `1 entry`, `2 entries`. */
export function entryCount(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}

function countsOf(entry: Entry): Counts {
  if (entry.kind === 'output') return { ...noCounts, outputs: 1 };
  if (entry.kind !== 'resource') return noCounts;
  const risks = entry.risks.length > 0 ? 1 : 0;
  if (entry.section === 'drift') return { ...noCounts, drift: 1, risks };
  const { action } = entry;
  const isForgotten = action === 'forget' || entry.replaceOrder === 'forget-first';
  const isReplaced = action === 'replace' && !isForgotten;
  return {
    ...noCounts,
    add: action === 'create' || action === 'replace' ? 1 : 0,
    change: action === 'update' ? 1 : 0,
    destroy: action === 'delete' || isReplaced ? 1 : 0,
    replace: isReplaced ? 1 : 0,
    forget: isForgotten ? 1 : 0,
    move: entry.movedFrom === null ? 0 : 1,
    import: entry.importId === null ? 0 : 1,
    risks,
  };
}
