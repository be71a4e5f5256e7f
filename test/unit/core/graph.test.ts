import t from 'tap';
import { type GraphNode, runGraph } from '../../../scripts/core/graph.ts';

type Name = 'a' | 'b' | 'c' | 'd';

/** Nodes that note when they begin and end. */
function recorder() {
  const events: string[] = [];
  const node = (
    name: Name,
    after: readonly Name[],
    work: () => Promise<void> | void = () => undefined,
  ): GraphNode<Name> => ({
    name,
    after,
    run: async waitedFor => {
      events.push(`${name} begins after ${waitedFor ?? 'nothing'}`);
      await work();
      events.push(`${name} ends`);
    },
  });
  return { events, node };
}

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { open, opened };
}

t.test('runs each node after what it waits for, whatever the order of the list', async t => {
  const { events, node } = recorder();
  const outcomes = await runGraph([node('c', ['b']), node('b', ['a']), node('a', [])]);
  t.strictSame(events, [
    'a begins after nothing',
    'a ends',
    'b begins after a',
    'b ends',
    'c begins after b',
    'c ends',
  ]);
  t.strictSame(
    [...outcomes].map(([name, { kind }]) => `${name} ${kind}`),
    ['a done', 'b done', 'c done'],
  );
});

t.test('runs what does not depend on each other side by side', async t => {
  const { events, node } = recorder();
  const [left, right] = [gate(), gate()];
  await runGraph([
    node('a', [], () => {
      left.open();
      return right.opened;
    }),
    node('b', [], () => {
      right.open();
      return left.opened;
    }),
  ]);
  t.strictSame(events.slice(0, 2), ['a begins after nothing', 'b begins after nothing']);
});

t.test('starts a node once, and tells it which of its upstreams was the last', async t => {
  const { events, node } = recorder();
  const slow = gate();
  await runGraph([
    node('a', []),
    node('b', ['a'], () => slow.opened),
    node('c', ['a'], () => void setTimeout(slow.open, 5)),
    node('d', ['b', 'c']),
  ]);
  t.strictSame(
    events.filter(event => event.startsWith('d') || event === 'a ends'),
    ['a ends', 'd begins after b', 'd ends'],
  );
});

t.test('skips after a failure what depends on it and nothing else', async t => {
  const { events, node } = recorder();
  const error = new Error('no room');
  const outcomes = await runGraph([
    node('a', [], () => Promise.reject(error)),
    node('b', ['a']),
    node('c', ['b']),
    node('d', []),
  ]);
  t.strictSame(Object.fromEntries(outcomes), {
    a: { kind: 'failed', error },
    b: { kind: 'skipped', because: 'a failed' },
    c: { kind: 'skipped', because: 'b skipped' },
    d: { kind: 'done' },
  });
  t.strictSame(
    events.filter(event => /^[bc]/.test(event)),
    [],
  );
});

t.test('waits for what runs beside a failure', async t => {
  const { events, node } = recorder();
  const slow = gate();
  await runGraph([
    node('a', [], () => {
      setTimeout(slow.open, 5);
      return Promise.reject(new Error('no room'));
    }),
    node('b', [], () => slow.opened),
  ]);
  t.equal(events.at(-1), 'b ends');
});

t.test('takes a node that throws at once for one that failed', async t => {
  const error = new Error('at once');
  const outcomes = await runGraph([
    {
      name: 'a',
      after: [],
      run: () => {
        throw error;
      },
    },
  ]);
  t.strictSame(outcomes.get('a'), { kind: 'failed', error });
});

t.test('starts nothing new once it is stopped, and lets what runs come to its end', async t => {
  const { events, node } = recorder();
  let isStopped = false;
  const outcomes = await runGraph(
    [
      node('a', [], () => {
        isStopped = true;
      }),
      node('b', ['a']),
      node('c', ['b']),
    ],
    () => isStopped,
  );
  t.strictSame(events, ['a begins after nothing', 'a ends']);
  t.strictSame(Object.fromEntries(outcomes), {
    a: { kind: 'done' },
    b: { kind: 'skipped', because: 'interrupted' },
    c: { kind: 'skipped', because: 'b skipped' },
  });
});

t.test('refuses a circle and a node that is not there, by name', async t => {
  const { events, node } = recorder();
  await t.rejects(
    runGraph([node('a', ['b']), node('b', ['c']), node('c', ['a'])]),
    new Error('circle: a -> b -> c -> a'),
  );
  await t.rejects(runGraph([node('a', ['a'])]), new Error('circle: a -> a'));
  await t.rejects(runGraph([node('a', ['d'])]), new Error('a waits for d, which is not there'));
  t.strictSame(events, [], 'and runs none of the nodes');
});
