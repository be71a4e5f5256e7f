import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ProcessResult } from '../../scripts/edge/process.ts';
import { copyRoot, runInCopy } from './clean-copy.ts';

const inventorySchema = z.object({
  worker: z.object({
    hosts: z.record(
      z.string(),
      z.object({
        ansible_host: z.string(),
        ansible_user: z.string(),
        ansible_ssh_private_key_file: z.string(),
        ansible_ssh_common_args: z.string(),
      }),
    ),
  }),
});

/** Runs a command on the deployed host as root, over the connection that the rendered inventory describes. */
export function inHost(
  command: readonly string[],
  { root, environment } = { root: copyRoot, environment: 'local' },
): Promise<ProcessResult> {
  const inventory = inventorySchema.parse(
    parse(readFileSync(join(root, 'build', environment, 'inventory.yml'), 'utf8')),
  );
  const [host] = Object.values(inventory.worker.hosts);
  if (host === undefined) throw new Error('the inventory has no host');
  const { ansible_ssh_common_args: args, ansible_ssh_private_key_file: key } = host;
  const words = command.map(word => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const remote = `sudo ${words}`;
  const line = `exec ssh ${args} -o BatchMode=yes -i "$KEY" -l "$LOGIN" -- "$TO" "$REMOTE"`;
  return runInCopy(['bash', '-c', line], {
    cwd: root,
    env: { KEY: key, LOGIN: host.ansible_user, TO: host.ansible_host, REMOTE: remote },
  });
}
