/** Resident memory of one Terraform with its provider, at most. */
const planMib = 650;

/** How many stacks may be planned at the same time: a plan waits for answers about half of its time. */
export function planSlots(machine: { readonly cores: number; readonly freeMib: number }): number {
  return Math.max(1, Math.min(machine.cores * 2, Math.floor(machine.freeMib / planMib)));
}
