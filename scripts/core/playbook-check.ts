import { z } from 'zod';
import { tryJson } from './json.ts';

/** What `ansible-playbook --check --diff` found on the hosts. */
export type PlaybookCheck =
  | {
      readonly kind: 'checked';
      readonly changes: readonly { readonly host: string; readonly task: string; readonly diff?: string }[];
    }
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'failed'; readonly task: string; readonly message: string };

const place = { host: z.string(), task: z.string() };
const events = z.discriminatedUnion('event', [
  z.object({ event: z.literal('changed'), ...place, diff: z.string() }),
  z.object({ event: z.literal('failed'), ...place, message: z.string() }),
  z.object({ event: z.literal('unreachable'), ...place, message: z.string() }),
  z.object({
    event: z.literal('end'),
    hosts: z.record(z.string(), z.object({ changed: z.number(), failures: z.number() })),
  }),
]);
type Event = z.infer<typeof events>;

/**
 * Reads what the callback millrace_changes printed; other lines are passed over.
 * @returns undefined when the run did not come to its end, or to no host
 */
export function parsePlaybookCheck(stdout: string): PlaybookCheck | undefined {
  const told = stdout.split('\n').flatMap(line => {
    const event = events.safeParse(tryJson(line));
    return event.success ? [event.data] : [];
  });
  const failed = told.find(isOf('failed'));
  if (failed !== undefined) return { kind: 'failed', task: failed.task, message: failed.message };
  const unreachable = told.find(isOf('unreachable'));
  if (unreachable !== undefined) return { kind: 'unreachable', message: oneLine(unreachable.message) };
  const end = told.find(isOf('end'));
  if (end === undefined || Object.keys(end.hosts).length === 0) return undefined;
  return {
    kind: 'checked',
    changes: told.filter(isOf('changed')).map(({ host, task, diff }) => ({
      host,
      task,
      ...(diff === '' ? {} : { diff: withoutScratch(diff) }),
    })),
  };
}

/** What a log keeps of such a line: no diff, since files hold values that nobody should find in a log. */
export function checkLogText(line: string): string {
  const event = events.safeParse(tryJson(line)).data;
  switch (event?.event) {
    case undefined:
      return line;
    case 'changed':
      return `${event.host}: would change: ${event.task}`;
    case 'failed':
    case 'unreachable':
      return `${event.host}: ${event.event}: ${event.task}: ${oneLine(event.message)}`;
    case 'end':
      return `end: ${JSON.stringify(event.hosts)}`;
  }
}

function isOf<Name extends Event['event']>(name: Name) {
  return (event: Event): event is Extract<Event, { event: Name }> => event.event === name;
}

/** Ansible names the file of its own that it renders a template into, another one in each run. */
function withoutScratch(diff: string): string {
  return diff.replace(/^(\+\+\+ after): \S*\/ansible-local-\S*$/gm, '$1');
}

function oneLine(text: string): string {
  return text
    .trim()
    .split(/[\r\n]+/)
    .join(' ');
}
