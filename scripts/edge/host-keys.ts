/** The known_hosts file of an instance, from the instance's own console. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../core/failure.ts';
import {
  describeKeyChange,
  knownHostsNote,
  parseConsoleHostKeys,
  renderKnownHosts,
} from '../core/host-keys.ts';
import { readText, writeFile } from './files.ts';

const limit = { limitMs: 300_000, pauseMs: 10_000 };

/**
 * Writes known_hosts for an instance: its keys as its own console tells them, never as the network does. An instance
 * that the file is of already is not asked again: its console shows the keys of its first start only.
 * @param input.again the command that goes on once the console has spoken
 * @returns what to tell the user: that another instance with other keys stands there now
 * @throws Failure when the console stays silent for five minutes
 */
export async function ensureKnownHosts(
  input: {
    readonly instanceId: string;
    readonly address: string;
    readonly knownHostsFile: string;
    readonly again: string;
    readonly readConsole: (instanceId: string) => Promise<string>;
  },
  { limitMs, pauseMs } = limit,
): Promise<string | undefined> {
  const { instanceId, address, knownHostsFile } = input;
  const known = readText(knownHostsFile);
  const before = known === undefined ? undefined : knownHostsNote(known);
  if (known !== undefined && before === instanceId) {
    writeFile(knownHostsFile, known.replace(/^[^#\s]\S* /gm, `${address} `));
    return undefined;
  }
  const end = Date.now() + limitMs;
  for (;;) {
    const keys = parseConsoleHostKeys(await input.readConsole(instanceId), address);
    if (keys.length > 0) {
      const text = renderKnownHosts(instanceId, keys);
      writeFile(knownHostsFile, text);
      const why = `instance ${before ?? 'unknown'} was replaced by ${instanceId}, whose console shows its own`;
      return describeKeyChange(known, text, why);
    }
    if (Date.now() + pauseMs > end) break;
    await sleep(pauseMs);
  }
  throw new Failure({
    where: `host ${instanceId}`,
    what: `its console has not shown its host keys within ${limitMs / 60_000} minutes`,
    hint: [
      `What is applied stays applied. In a few minutes: ${input.again}`,
      `An instance that was restarted shows them no more: copy ${knownHostsFile} from the machine that first reached it, or have a new one made (terraform apply -replace=aws_instance.worker in stack ec2).`,
    ].join('\n'),
  });
}
