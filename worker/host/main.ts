import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { sha256 } from '../shared/keys.ts';
import { checkSettings } from './check-settings.ts';
import { defaultConcurrency, parseWorkerConfig, type WorkerConfig } from './config.ts';
import { describeFault } from './faults.ts';
import { createLog } from './log.ts';
import { createFindProcessor } from './processors/index.ts';
import { runOnce } from './run.ts';
import { openStore } from './s3.ts';
import { createTally } from './tally.ts';

const [, program = '', configPath = '/etc/millrace/worker.json', checked = '-'] = process.argv;
if (configPath === '--check') process.exit(checkSettings(checked, line => process.stderr.write(line)));

// Run by cron as `node worker.cjs CONFIG`. Exit code 1 means that the run itself could not work.
const log = createLog(line => process.stdout.write(line));
const now = () => new Date();
/** The same twelve characters that name the release's folder. */
const workerVersion = sha256(readFileSync(program)).slice(0, 12);

// A log that cannot be written, as on a full disk, must not cut files off; last-run.json and the exit code tell of it.
let isLogBroken = false;
process.stdout.on('error', () => {
  isLogBroken = true;
});

main().then(isDone => {
  // Requests that were given up may still hold their connections.
  process.exit(isDone && !isLogBroken ? 0 : 1);
});

async function main(): Promise<boolean> {
  const config = readConfig();
  if (config === undefined) return false;
  const concurrency = config.concurrency ?? defaultConcurrency(availableParallelism(), openFilesLimit());
  const store = openStore({ ...config, concurrency });
  const findProcessor = createFindProcessor(config);
  const entry = await runOnce(
    { store, workDir: config.workDir, findProcessor, workerVersion, now },
    { concurrency, budget: config.budget },
    log,
  );
  return entry.outcome === 'done';
}

/** Descriptors that this process may hold open, as Linux tells it. */
function openFilesLimit(): number {
  const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return Number(soft ?? 1024);
}

function readConfig(): WorkerConfig | undefined {
  try {
    return parseWorkerConfig(readFileSync(configPath, 'utf8'));
  } catch (error) {
    const cause = `${configPath}: ${describeFault(error)}`;
    log(createTally().toRunEntry({ cause, isBudgetSpent: false, seconds: 0, workerVersion }));
    return undefined;
  }
}
