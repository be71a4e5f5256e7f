import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../core/failure.ts';
import { parseConsoleHostKeys } from '../core/host-keys.ts';
import { type AwsAccess, readConsoleOutput } from './aws.ts';
import { readText } from './files.ts';

const limitMs = 300_000;
const pauseMs = 10_000;

/**
 * The text of known_hosts for an instance: its keys as its own console tells them, never as the network does.
 * @throws Failure when the console stays silent for five minutes
 */
export async function readHostKeys(
  access: AwsAccess,
  input: { readonly instanceId: string; readonly address: string; readonly knownHostsFile: string },
): Promise<string> {
  const note = `# ${input.instanceId}`;
  const known = readText(input.knownHostsFile);
  if (known?.startsWith(`${note}\n${input.address} `)) return known;
  const end = Date.now() + limitMs;
  for (;;) {
    const keys = parseConsoleHostKeys(await readConsoleOutput(access, input.instanceId), input.address);
    if (keys.length > 0) return `${[note, ...keys].join('\n')}\n`;
    if (Date.now() > end) break;
    await sleep(pauseMs);
  }
  throw new Failure({
    where: `host ${input.instanceId}`,
    what: 'its console has not shown its host keys within 5 minutes',
    hint: 'Run the same command again in a few minutes: what is applied stays applied.',
  });
}
