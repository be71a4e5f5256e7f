import { Failure } from '../core/failure.ts';
import { openPrinter, type PrintFormat } from '../core/query-print.ts';
import { parseQueryRequest, parseStatement } from '../core/query-request.ts';
import { renderBytes } from '../core/size.ts';
import { openQueryEngine } from '../edge/athena.ts';
import { createAthena, requireAccount } from '../edge/aws.ts';
import type { Command } from '../edge/entry.ts';
import { watchInterrupts } from '../edge/interrupt.ts';
import { openRunProgress } from '../edge/progress.ts';
import { readStdin, writeStdout } from '../edge/streams.ts';
import { createTarget } from '../edge/target-choice.ts';
import { openWorkspace, type Workspace } from '../edge/workspace.ts';
import { type Done, runStatement, type Work } from './query-statement.ts';

/** Runs one statement and prints its rows. Exit code 1 when the engine refuses it, or it was stopped by Ctrl-C. */
export const query: Command = async ({ root, environment, values }) => {
  const request = parseQueryRequest(values);
  const workspace = openWorkspace(root, environment);
  const sql = request.sql ?? parseStatement(await readStdin());
  const target = await createTarget(workspace);
  // Query brings nothing up: an emulator that is not there has no tables.
  if (target.findFault() !== undefined) throw notDeployed(workspace);
  const { progress } = openRunProgress(workspace.buildDir);
  const interrupt = watchInterrupts(progress.say);
  const client = await createAthena(target.access);
  try {
    await target.start(progress.say);
    await requireAccount(target.access, workspace.config.account.id);
    const engine = openQueryEngine(client, workspace.names.prefix);
    if (!(await engine.hasWorkgroup())) throw notDeployed(workspace);
    const work = { engine, isInterrupted: interrupt.isRequested, say: progress.say };
    const database = workspace.names.databases[request.layer];
    const done = await progress.step('query', () => runStatement({ ...work, sql, database }));
    if (done === undefined) return 1;
    return await printResult({ ...work, ...done, format: request.format });
  } finally {
    client.destroy();
    progress.close();
    interrupt.remove();
  }
};

async function printResult(input: Work & Done & { readonly format: PrintFormat }): Promise<number> {
  const { engine, id, execution, say, isInterrupted } = input;
  let printer: ReturnType<typeof openPrinter> | undefined;
  let rowCount = 0;
  for await (const { columns, rows } of engine.pages(id)) {
    if (isInterrupted()) return 1;
    printer ??= openPrinter(input.format, columns);
    rowCount += rows.length;
    if (!(await writeStdout(printer.page(rows)))) return 0;
  }
  if (!(await writeStdout(printer?.end(execution.scannedBytes) ?? ''))) return 0;
  const remark = printer?.remark();
  if (remark !== undefined) say(remark);
  const { scannedBytes, engineMs } = execution;
  say(
    `${rowCount} ${rowCount === 1 ? 'row' : 'rows'}, ${renderBytes(scannedBytes)} scanned, ${(engineMs / 1000).toFixed(1)} s`,
  );
  return 0;
}

function notDeployed({ environment, names }: Workspace): Failure {
  return new Failure({
    where: `environment ${environment}`,
    what: `has no Athena workgroup ${names.prefix} yet`,
    hint: `Run deploy first: npx zx scripts/deploy.mjs --env ${environment}`,
  });
}
