import { readFileSync } from 'node:fs';
import t from 'tap';
import { findPythonFault } from '../../../scripts/core/python-support.ts';

/** Python of each system's python3, as hosts have it. */
const hosts = {
  'Amazon Linux 2': '3.7.16',
  'Amazon Linux 2023': '3.9.16',
  'Debian 12': '3.11.2',
  'Debian 13': '3.13.5',
  'Ubuntu 22.04': '3.10.12',
  'Ubuntu 24.04': '3.12.3',
};

t.test('knows for each ansible-core which hosts it manages', async t => {
  const all = Object.keys(hosts);
  for (const [ansible, unfit] of [
    ['2.14.18', ['Debian 13', 'Ubuntu 24.04']],
    ['2.16.19', ['Debian 13']],
    ['2.17.0', ['Debian 13']],
    ['2.18.1', ['Amazon Linux 2']],
    ['2.19.0', ['Amazon Linux 2']],
    ['2.20.0', ['Amazon Linux 2']],
    ['2.99.0', []],
  ] as const) {
    const found = Object.entries(hosts).filter(
      ([, python]) => findPythonFault(ansible, python) !== undefined,
    );
    t.strictSame(
      all.filter(system => found.some(([name]) => name === system)),
      [...unfit],
      ansible,
    );
  }
});

t.test('says which of the two is too old, and what would fit', async t => {
  t.strictSame(findPythonFault('2.16.19', '3.13.5'), {
    what: 'ansible-core 2.16.19 manages hosts with Python 2.7, 3.6 to 3.12, got Python 3.13.5',
    hint: 'ansible-core is too old for the host. Use ansible-core 2.18 to 2.20, or give the host another python3.',
  });
  t.strictSame(findPythonFault('2.18.1', '3.7.16'), {
    what: 'ansible-core 2.18.1 manages hosts with Python 3.8 to 3.13, got Python 3.7.16',
    hint: 'The host has an older Python than that. Use ansible-core 2.14 to 2.17, or give the host another python3.',
  });
  t.match(findPythonFault('2.20.0', '3.4.1'), { hint: /Give the host another python3\.$/ });
});

t.test('knows the ansible-core that the requirements pin', async t => {
  const pinned = readFileSync(new URL('../../../requirements.txt', import.meta.url), 'utf8').match(
    /^ansible-core==([0-9.]+)/m,
  )?.[1];
  t.ok(findPythonFault(pinned ?? '', '1.0'), `${pinned}`);
});
