import { Failure } from '../core/failure.ts';
import type { HostReport, Report, StackReport } from '../core/report.ts';
import { type StackName, stackNames, stacks, touchedBy } from '../core/stacks.ts';
import { mayChange, renderPlanSummary, type StackPlan } from '../core/summary.ts';
import { ask } from '../edge/question.ts';
import { confirmDeferred } from './confirm-deferred.ts';
import { convergeHost, prepareHost } from './converge-host.ts';
import { planAll } from './plan-all.ts';
import { findRefusals } from './plan-refusals.ts';
import { type Proof, prove } from './prove.ts';
import { type ReviewedChoice, takeReviewedPlans } from './reviewed-plans.ts';
import type { RunContext } from './run-context.ts';
import { explainFailures, runSteps } from './run-steps.ts';
import { createStackRunner, type StackRunner } from './stack-runner.ts';

type StepName = StackName | `settle ${StackName}` | 'prepare host' | 'host' | 'proof';
type Step = {
  readonly name: StepName;
  readonly after: readonly StepName[];
  readonly work: () => Promise<void>;
};
type StackResult = Omit<StackReport, 'name'>;
type Results = {
  readonly stacks: Map<StackName, StackResult>;
  host: HostReport | null;
  proof: Proof | undefined;
};

/**
 * Plans, asks once, and runs stacks, host and proof as a graph.
 * @param choice.only one stack alone, without host and proof
 * @param choice.reviewed what is applied instead of plans of this run's own
 * @returns the report of whatever was done, and every failure on the way
 * @throws Failure when the question is answered with no
 */
export async function deployChain(
  run: RunContext,
  choice: {
    readonly only: StackName | undefined;
    readonly isAnswered: boolean;
    readonly reviewed: ReviewedChoice | undefined;
  },
): Promise<{ readonly report: Report; readonly errors: readonly unknown[] }> {
  const wanted = choice.only === undefined ? stackNames : [choice.only];
  const results: Results = { stacks: new Map(), host: null, proof: undefined };
  const runner = await createStackRunner(run);
  const { plans, refusals } =
    choice.reviewed === undefined
      ? { plans: await planAll(run, { verb: 'deploy', runner, wanted }), refusals: [] }
      : await takeReviewedPlans(run, { runner, wanted, choice: choice.reviewed });
  if (refusals.length > 0) return { report: buildReport(run, results), errors: refusals };
  run.progress.say(`\n${renderPlanSummary(plans)}\n`);
  for (const plan of plans)
    if (plan.kind === 'deferred') results.stacks.set(plan.stack, stackResult('deferred', 0));
  // Before anything is applied: a chain that stops half-way would leave stacks that no longer fit each other.
  const failures = [
    ...plans.flatMap(plan => (plan.kind === 'failed' ? [plan] : [])),
    ...findRefusals(run, plans),
  ];
  if (failures.length > 0) {
    for (const { stack } of failures) results.stacks.set(stack, stackResult('failed', 0));
    const errors = explainFailures(
      run,
      'deploy',
      failures.map(({ stack, error }) => ({ name: stack, error })),
    );
    return { report: buildReport(run, results), errors };
  }
  if (choice.only === undefined) await run.target.requireHostAccess();
  await confirm(run, plans, choice);

  const unseen = choice.reviewed === undefined ? [] : plans.filter(({ kind }) => kind === 'deferred');
  const look = confirmDeferred(run, { runner, isAnswered: choice.reviewed?.coversDeferred === true });
  const stackSteps = buildStackSteps(run, {
    wanted,
    results,
    apply: async name => {
      if (unseen.some(({ stack }) => stack === name)) await look(name);
      return runner.apply(name);
    },
  });
  const changing = plans.filter(mayChange).map(({ stack }) => stack);
  const steps = [
    ...stackSteps,
    ...(choice.only === undefined ? buildHostSteps(run, runner, results) : []),
    ...wanted
      .filter(name => touchedBy(name).some(other => changing.includes(other)))
      .map(
        (name): Step => ({
          name: `settle ${name}`,
          after: touchedBy(name).filter(other => wanted.includes(other)),
          work: () => runner.settle(name),
        }),
      ),
  ];
  const errors = await runSteps<StepName>(run, 'deploy', steps);
  return { report: buildReport(run, results), errors };
}

function buildStackSteps(
  run: RunContext,
  input: {
    readonly wanted: readonly StackName[];
    readonly results: Results;
    readonly apply: StackRunner['apply'];
  },
): readonly Step[] {
  const { wanted, results, apply } = input;
  return wanted.map(name => {
    const upstream = stacks[name].waitsFor.filter(before => wanted.includes(before));
    const work = async () => {
      const began = run.progress.seconds();
      const seconds = () => Math.round((run.progress.seconds() - began) * 10) / 10;
      try {
        const { hasChanges, add, change, destroy } = await apply(name);
        results.stacks.set(name, {
          outcome: hasChanges ? 'applied' : 'unchanged',
          add,
          change,
          destroy,
          seconds: seconds(),
        });
      } catch (error) {
        results.stacks.set(name, stackResult('failed', seconds()));
        throw error;
      }
    };
    return { name, after: upstream, work };
  });
}

function buildHostSteps(run: RunContext, runner: StackRunner, results: Results): readonly Step[] {
  return [
    {
      name: 'prepare host',
      after: [],
      work: () => prepareHost(run),
    },
    {
      name: 'host',
      after: ['ec2', 'prepare host'],
      work: async () => {
        results.host = { address: '', outcome: 'failed', changed: 0, seconds: 0 };
        results.host = await convergeHost(run, runner);
      },
    },
    {
      name: 'proof',
      after: ['host', 'ingest', 'datalake'],
      work: async () => {
        results.proof = await prove(run, run.workspace.names.workerBucket);
        if (results.proof.faults.length > 0) throw proofFailure(run, results.proof.faults);
      },
    },
  ];
}

async function confirm(
  run: RunContext,
  plans: readonly StackPlan[],
  choice: { readonly isAnswered: boolean; readonly reviewed: ReviewedChoice | undefined },
): Promise<void> {
  if (!run.target.asksBeforeChanges || choice.isAnswered || !plans.some(mayChange)) return;
  const deferred = plans.filter(plan => plan.kind === 'deferred').length;
  const isAskedLater = choice.reviewed !== undefined && !choice.reviewed.coversDeferred;
  const turn = isAskedLater ? 'planned, shown and asked about' : 'planned and applied';
  const note = deferred === 0 ? '' : ` ${deferred} deferred stacks are ${turn} in their turn.`;
  const { environment, config } = run.workspace;
  const question = `Apply this to ${environment} (account ${config.account.id})?${note} Only yes goes on:`;
  if (await ask(question, 'yes', '--yes')) return;
  throw new Failure({ where: 'deploy', what: 'was declined; nothing has been changed' });
}

function proofFailure(run: RunContext, faults: readonly string[]): Failure {
  const build = `build/${run.workspace.environment}`;
  return new Failure({
    where: 'proof',
    what: `does not hold:\n  ${faults.join('\n  ')}`,
    hint: `Look at cron and at the worker's log on the host:\n. ${build}/env.sh && ansible -i ${build}/inventory.yml worker -b -a 'tail /var/log/millrace/worker.log'`,
  });
}

function buildReport(run: RunContext, results: Results): Report {
  const { workspace, target, progress } = run;
  return {
    schemaVersion: 1,
    environment: workspace.environment,
    target: target.name,
    emulator: target.emulator,
    stacks: stackNames.map(name => ({ name, ...(results.stacks.get(name) ?? stackResult('skipped', 0)) })),
    host: results.host,
    verification: results.proof?.verification ?? null,
    notRehearsed: [...target.gaps],
    timeline: [...progress.timeline()],
    seconds: progress.seconds(),
  };
}

function stackResult(outcome: 'deferred' | 'failed' | 'skipped', seconds: number): StackResult {
  return { outcome, add: 0, change: 0, destroy: 0, seconds };
}
