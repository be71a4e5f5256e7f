import { requireOutputs } from '../core/contract.ts';
import { Failure } from '../core/failure.ts';
import type { HostInput } from '../core/review/input.ts';
import { checkPlaybook } from '../edge/playbook.ts';
import { fetchNodeBinary, playbookOf, renderHost } from './converge-host.ts';
import type { RunContext } from './run-context.ts';
import type { StackRunner } from './stack-runner.ts';

/** Why what the host will be cannot be told: values of stack ec2 that are not there, or that its plan will change. */
export function deferHost(runner: StackRunner): HostInput | undefined {
  const awaits = runner.hostAwaits();
  if (awaits.length === 0) return undefined;
  return {
    kind: 'deferred',
    waitsFor: awaits.map(({ stack: fromStack, output: value }) => ({ value, fromStack })),
  };
}

/** What the playbook would change on the host, which is neither started nor changed for it; or why that is not known. */
export async function checkHost(run: RunContext, runner: StackRunner): Promise<HostInput> {
  const deferred = deferHost(runner);
  if (deferred !== undefined) return deferred;
  const ec2 = requireOutputs(runner.outputs(), 'ec2');
  try {
    const found = await run.target.findHost(ec2, run.progress.say);
    if (found.kind === 'absent') return { kind: 'deferred', reason: found.reason };
    await fetchNodeBinary(run);
    const playbook = playbookOf(run, await renderHost(run, { ec2, access: found.access }));
    const check = await checkPlaybook(playbook);
    switch (check.kind) {
      case 'checked':
        return check;
      case 'unreachable':
        return { kind: 'deferred', reason: `cannot be reached: ${check.message}` };
      case 'failed': {
        const summary = `The playbook's check failed: ${check.task}: ${check.message}`;
        return { kind: 'failed', error: { summary, detail: `Full output: ${playbook.logFile}` } };
      }
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { kind: 'failed', error: { summary: error.message, detail: error.hint ?? '' } };
  }
}
