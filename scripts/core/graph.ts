/** A node of work: it starts when every node of `after` has succeeded. */
export type GraphNode<Name extends string> = {
  readonly name: Name;
  readonly after: readonly Name[];
  /** @param waitedFor the node of `after` that was the last to be done */
  readonly run: (waitedFor: Name | undefined) => Promise<void>;
};

export type NodeOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'skipped'; readonly because: string };

/**
 * Runs nodes side by side, each as soon as what it waits for is done. After a failure, what does not depend on it
 * goes on, what does is skipped; nothing new starts once `isStopped` answers true.
 * @returns an outcome for each node; never rejects because of a node
 * @throws Error when a node waits for one that is not in the graph, or for itself in a circle
 */
export async function runGraph<Name extends string>(
  nodes: readonly GraphNode<Name>[],
  isStopped: () => boolean = () => false,
): Promise<ReadonlyMap<Name, NodeOutcome>> {
  const byName = new Map(nodes.map(node => [node.name, node]));
  const started = new Map<Name, Promise<NodeOutcome>>();
  const outcomes = new Map<Name, NodeOutcome>();
  const start = (name: Name, path: readonly Name[]): Promise<NodeOutcome> => {
    if (path.includes(name)) throw new Error(`circle: ${[...path, name].join(' -> ')}`);
    const known = started.get(name);
    if (known !== undefined) return known;
    const node = byName.get(name);
    if (node === undefined) throw new Error(`${path.at(-1)} waits for ${name}, which is not there`);
    const upstream = node.after.map(before => ({ before, outcome: start(before, [...path, name]) }));
    const outcome = runNode(node, upstream, isStopped).then(result => {
      outcomes.set(name, result);
      return result;
    });
    started.set(name, outcome);
    return outcome;
  };
  await Promise.all(nodes.map(node => start(node.name, [])));
  return outcomes;
}

async function runNode<Name extends string>(
  node: GraphNode<Name>,
  upstream: readonly { readonly before: Name; readonly outcome: Promise<NodeOutcome> }[],
  isStopped: () => boolean,
): Promise<NodeOutcome> {
  let last: Name | undefined;
  const results = await Promise.all(
    upstream.map(async ({ before, outcome }) => {
      const result = await outcome;
      last = before;
      return { before, result };
    }),
  );
  const blocked = results.find(({ result }) => result.kind !== 'done');
  if (blocked !== undefined) return { kind: 'skipped', because: `${blocked.before} ${blocked.result.kind}` };
  if (isStopped()) return { kind: 'skipped', because: 'interrupted' };
  try {
    await node.run(last);
    return { kind: 'done' };
  } catch (error) {
    return { kind: 'failed', error };
  }
}
