import { createHash } from 'node:crypto';
import type { Bench, Contender } from '../harness/bench.ts';
import { bundleWorker } from './program.ts';
import { startOwnServer } from './rivals.ts';

const budgetFiles = 1000;
const few = 1000;
const many = 1_000_000;

/** Not against a rival: what a run costs must depend on its budget, not on what waits. */
export const scale: Bench = {
  name: 'scale',
  summary: `a run with a budget of ${budgetFiles} files while a million keys wait, against a thousand`,
  warmUps: 1,
  pairs: 5,
  measures: [
    { name: 'scale', figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-most', value: 1.5 } },
    { name: 'scale-memory', figure: 'peakMib', unit: 'MiB', goal: { kind: 'ratio-at-most', value: 1.5 } },
  ],
  async prepare(place) {
    const program = await bundleWorker(place);
    const endpoint = await startOwnServer(place, 'key-space', []);
    const contender = (waiting: number): Contender => ({
      label: `${program.label}, ${waiting} tiny JSON files waiting on a stand-in server of the bench's own`,
      async setUp() {
        program.setUp({ bucket: 'bench-scale', budget: { files: budgetFiles } });
        await fetch(`${endpoint}/-/waiting/${waiting}`, { method: 'POST' });
      },
      async run({ timeoutMs }) {
        await program.run({ endpoint, timeoutMs });
        return {};
      },
      verify: () => verify(endpoint, waiting),
    });
    return { ours: contender(many), rival: contender(few) };
  },
};

/** Exactly the budget was done: as many keys gone, their outputs there with the right bytes. */
async function verify(endpoint: string, waiting: number): Promise<{ readonly lists: number }> {
  const state: {
    readonly lists: number;
    readonly waiting: number;
    readonly source: string;
    readonly outputs: Readonly<Record<string, string>>;
  } = JSON.parse(await (await fetch(`${endpoint}/-/state`)).text());
  const outputs = Object.entries(state.outputs);
  if (state.waiting !== waiting - budgetFiles || outputs.length !== budgetFiles)
    throw new Error(
      `expected ${budgetFiles} files done, got ${outputs.length} outputs and ${state.waiting} waiting`,
    );
  const sourceSha256 = createHash('sha256').update(state.source).digest('hex');
  for (const [objectKey, output] of outputs) {
    const stamp = { key: objectKey.replace('output/', ''), sourceSha256, format: 1 };
    if (output !== `{"_millrace":${JSON.stringify(stamp)},${state.source.slice(1)}`)
      throw new Error(`${objectKey}: expected the document with its stamp, got ${output}`);
  }
  return { lists: state.lists };
}
