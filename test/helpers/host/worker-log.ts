import { setTimeout as sleep } from 'node:timers/promises';

/** The first line of the worker's log, within two firings of cron. */
export async function waitForLine(onHost: (script: string) => Promise<string>): Promise<string> {
  const end = Date.now() + 125_000;
  for (;;) {
    const [line = ''] = (await onHost('cat /var/log/millrace/worker.log 2>/dev/null || true')).split('\n');
    if (line !== '') return line;
    if (Date.now() > end) throw new Error('cron has run nothing within 125 s');
    await sleep(500);
  }
}
