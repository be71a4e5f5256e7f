import { join, resolve } from 'node:path';
import { Failure, renderFailures, showValue } from '../core/failure.ts';
import { environmentPattern } from '../core/names.ts';
import type { Report } from '../core/report.ts';
import { isStackName, type StackName, stackNames } from '../core/stacks.ts';
import { renderReport } from '../core/summary.ts';
import type { Command } from '../edge/entry.ts';
import { removeFile, writeFile } from '../edge/files.ts';
import { openWorkspace } from '../edge/workspace.ts';
import { deployChain } from './deploy-chain.ts';
import { beginRun } from './run-context.ts';

/** The whole chain: plan, one question, stacks in order, playbook, proof. Running it again converges. */
export const deploy: Command = async ({ root, environment, values }) => {
  const only = parseOnly(values['only']);
  const isAnswered = values['yes'] === true;
  const folder = values['plans'];
  if (folder === undefined && values['allow-deferred'] === true) {
    throw new Failure({
      where: '--allow-deferred',
      what: 'expects --plans: without it one question covers deferred stacks too',
    });
  }
  const reportFile = join(root, 'build', environment, 'report.json');
  // A run that ends before its report must not leave an older one that says all is well.
  if (environmentPattern.test(environment)) removeFile(reportFile);
  const workspace = openWorkspace(root, environment);
  const run = await beginRun(workspace);
  const { progress } = run;
  try {
    const isCovered = values['allow-deferred'] === true && (isAnswered || !run.target.asksBeforeChanges);
    const reviewed =
      folder === undefined ? undefined : { folder: resolve(String(folder)), coversDeferred: isCovered };
    const { report, errors: found } = await deployChain(run, { only, isAnswered, reviewed });
    const errors = [...found, ...writeReport(reportFile, report)];
    if (values['json'] === true) process.stdout.write(`${JSON.stringify(report)}\n`);
    progress.say(`\n${renderReport(report)}\n`);
    if (errors.length > 0) {
      progress.say(`error: ${renderFailures(errors, values['verbose'] === true)}`);
      return 1;
    }
    progress.say(
      only === undefined
        ? `Proven in ${report.seconds.toFixed(0)} s: cron processed the samples, the schedule fed the lake.`
        : `Stack ${only} is applied. Nothing was proven: that is for a deploy without --only.`,
    );
    return 0;
  } finally {
    run.close();
  }
};

/** What stands in the way of the report must not hide what stood in the way of the run. */
function writeReport(path: string, report: Report): readonly unknown[] {
  try {
    writeFile(path, `${JSON.stringify(report, null, 2)}\n`);
    return [];
  } catch (error) {
    return [error];
  }
}

function parseOnly(value: unknown): StackName | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && isStackName(value)) return value;
  throw new Failure({
    where: '--only',
    what: `expects one of ${stackNames.join(', ')}, got ${showValue(value)}`,
  });
}
