import { Failure } from '../core/failure.ts';
import { type GraphNode, runGraph } from '../core/graph.ts';
import { interruptProcesses, killProcessGroups } from '../edge/process-group.ts';
import type { RunContext } from './run-context.ts';

const watchMs = 1_000;
/** For children of a target that has gone, to end by themselves. */
const graceMs = 5_000;

/**
 * Runs steps as a graph, each with its progress. Ends early, with running children awaited, when the user interrupts
 * or when the target itself goes: what then failed is explained by that one failure.
 * @returns every failure; none when all steps are done
 */
export async function runSteps<Name extends string>(
  run: RunContext,
  verb: string,
  steps: readonly {
    readonly name: Name;
    readonly after: readonly Name[];
    readonly title?: string;
    readonly work: () => Promise<void>;
  }[],
): Promise<readonly unknown[]> {
  let fault: Failure | undefined;
  let grace: NodeJS.Timeout | undefined;
  const watch = setInterval(() => {
    if (fault !== undefined) return;
    fault = run.target.findFault();
    if (fault === undefined) return;
    // Terraform would try for many minutes to reach what is gone, and to save its state there.
    interruptProcesses();
    grace = setTimeout(killProcessGroups, graceMs);
  }, watchMs);
  const nodes = steps.map(
    ({ name, after, title = name, work }): GraphNode<Name> => ({
      name,
      after,
      run: waitedFor => run.progress.step(title, work, waitedFor),
    }),
  );
  const outcomes = await runGraph(nodes, () => fault !== undefined || run.interrupt.isRequested());
  clearInterval(watch);
  clearTimeout(grace);
  const failed = [...outcomes].flatMap(([name, outcome]) =>
    outcome.kind === 'failed' ? [{ name, error: outcome.error }] : [],
  );
  return fault === undefined ? explainFailures(run, verb, failed) : [fault];
}

/** The failures of a run, or the one that explains them all: the target has gone, or the user has interrupted. */
export function explainFailures(
  run: RunContext,
  verb: string,
  failed: readonly { readonly name: string; readonly error: unknown }[],
): readonly unknown[] {
  const names = failed.map(({ name }) => name);
  const interruption = findInterruption(run, verb, names);
  if (interruption !== undefined) return [interruption];
  const fault = failed.length > 0 ? run.target.findFault() : undefined;
  return fault === undefined ? failed.map(({ error }) => error) : [fault];
}

/** What a run that the user has interrupted ends with. */
export function findInterruption(
  run: RunContext,
  verb: string,
  names: readonly string[],
): Failure | undefined {
  if (!run.interrupt.isRequested()) return undefined;
  const unfinished = names.length === 0 ? '' : `, unfinished: ${names.join(', ')}`;
  const hint = `What is done stays done; run the command again to go on. What was told: ${run.workspace.logDir}`;
  return new Failure({ where: verb, what: `was interrupted${unfinished}`, hint });
}
