import type { Awaited } from './contract.ts';
import type { Failure } from './failure.ts';
import type { Report } from './report.ts';
import type { StackName } from './stacks.ts';
import { renderTable } from './table.ts';
import type { ResourceChange } from './terraform-events.ts';

/** A stack in the plan summary. */
export type StackPlan =
  | {
      readonly kind: 'planned';
      readonly stack: StackName;
      /** Planned from a scratch copy with local state, because the state bucket does not exist yet. */
      readonly isPreview: boolean;
      readonly hasChanges: boolean;
      readonly add: number;
      readonly change: number;
      readonly destroy: number;
      readonly changes: readonly ResourceChange[];
    }
  | { readonly kind: 'deferred'; readonly stack: StackName; readonly awaits: readonly Awaited[] }
  | { readonly kind: 'failed'; readonly stack: StackName; readonly error: Failure };

/** One table over all stacks; what is destroyed or replaced is listed below it by address. */
export function renderPlanSummary(plans: readonly StackPlan[]): string {
  const rows = plans.map(planRow);
  const removals = plans.flatMap(plan =>
    plan.kind === 'planned'
      ? plan.changes
          .filter(({ action }) => action === 'delete' || action === 'replace')
          .map(({ address, action }) => `  ${action} ${plan.stack}: ${address}`)
      : [],
  );
  const table = renderTable([['stack', 'add', 'change', 'destroy', ''], ...rows]);
  return removals.length === 0 ? table : `${table}\n${removals.join('\n')}`;
}

function planRow(plan: StackPlan): readonly (string | number)[] {
  switch (plan.kind) {
    case 'planned':
      return [plan.stack, plan.add, plan.change, plan.destroy, plan.isPreview ? 'preview' : ''];
    case 'deferred':
      return [plan.stack, '-', '-', '-', `deferred, waits for ${renderAwaits(plan.awaits)}`];
    case 'failed':
      return [plan.stack, '-', '-', '-', 'failed'];
  }
}

/** Whether an apply may change the stack: of a deferred one nobody knows yet. */
export function mayChange(plan: StackPlan): boolean {
  return plan.kind === 'deferred' || (plan.kind === 'planned' && plan.hasChanges);
}

/** The report for a person: stacks, host, proof, and what was not rehearsed. */
export function renderReport(report: Report): string {
  const parts = [
    renderTable([
      ['stack', 'outcome', 'add', 'change', 'destroy', 'seconds'],
      ...report.stacks.map(stack => [
        stack.name,
        stack.outcome,
        stack.add,
        stack.change,
        stack.destroy,
        stack.seconds.toFixed(1),
      ]),
      ...(report.host === null
        ? []
        : [['host', report.host.outcome, '', report.host.changed, '', report.host.seconds.toFixed(1)]]),
    ]),
  ];
  const { verification } = report;
  if (verification !== null) {
    parts.push(
      renderTable([
        ...verification.processed.map(({ key, outputKey }) => ['processed', key, '->', outputKey]),
        ...verification.rejected.map(({ key, errorKey, reason }) => [
          'rejected',
          key,
          '->',
          `${errorKey} (${reason})`,
        ]),
        ...verification.ingested.map(key => ['ingested', key]),
        ...verification.waiting.map(key => ['waiting', key]),
      ]),
    );
    if (verification.othersWaiting > 0)
      parts.push(`${verification.othersWaiting} other files wait in input/`);
  }
  if (report.notRehearsed.length > 0) {
    parts.push(
      `Not rehearsed by the emulator:\n${renderTable(report.notRehearsed.map(({ gap, what }) => ['', gap, what]))}`,
    );
  }
  return parts.join('\n\n');
}

/** What a stack or the host waits for, as messages say it. */
export function renderAwaits(awaits: readonly Awaited[]): string {
  return awaits.map(({ stack, output }) => `${stack}.${output}`).join(', ');
}
