/** Which Python a host may have for an ansible-core to run its modules there. */
import { compareVersions } from './version.ts';

/**
 * First and last Python of the hosts that each line of ansible-core supports.
 * Source: Ansible documentation, "ansible-core support matrix", managed node Python.
 */
const hostPythons: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  '2.14': [range('2.7', '2.7'), range('3.5', '3.11')],
  '2.15': [range('2.7', '2.7'), range('3.5', '3.11')],
  '2.16': [range('2.7', '2.7'), range('3.6', '3.12')],
  '2.17': [range('3.7', '3.12')],
  '2.18': [range('3.8', '3.13')],
  '2.19': [range('3.8', '3.13')],
  '2.20': [range('3.9', '3.14')],
};

/**
 * What keeps an ansible-core from managing a host with this Python: which one is too old, and what would fit.
 * A line of ansible-core that the table does not hold is let pass.
 */
export function findPythonFault(
  ansible: string,
  python: string,
): { readonly what: string; readonly hint: string } | undefined {
  const supported = hostPythons[lineOf(ansible)];
  if (supported === undefined || isIn(supported, python)) return undefined;
  const shown = supported.map(([first, last]) => (first === last ? first : `${first} to ${last}`)).join(', ');
  const fitting = Object.keys(hostPythons).filter(line => isIn(hostPythons[line] ?? [], python));
  const [oldest, newest] = [fitting[0], fitting.at(-1)];
  const lines = oldest === newest ? oldest : `${oldest} to ${newest}`;
  const isHostOlder = compareVersions(lineOf(python), supported.at(-1)?.[1] ?? '0') < 0;
  return {
    what: `ansible-core ${ansible} manages hosts with Python ${shown}, got Python ${python}`,
    hint: [
      isHostOlder ? 'The host has an older Python than that.' : 'ansible-core is too old for the host.',
      oldest === undefined
        ? 'Give the host another python3.'
        : `Use ansible-core ${lines}, or give the host another python3.`,
    ].join(' '),
  };
}

function range(first: string, last: string): readonly [string, string] {
  return [first, last];
}

function isIn(ranges: readonly (readonly [string, string])[], python: string): boolean {
  const line = lineOf(python);
  return ranges.some(
    ([first, last]) => compareVersions(line, first) >= 0 && compareVersions(line, last) <= 0,
  );
}

/** 2.16.19 is of the line 2.16. */
function lineOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
