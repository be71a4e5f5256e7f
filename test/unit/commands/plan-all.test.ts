import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { planSideBySide } from '../../../scripts/commands/plan-all.ts';
import { Failure } from '../../../scripts/core/failure.ts';
import { createSlots } from '../../../scripts/core/slots.ts';
import { type StackName, stackNames } from '../../../scripts/core/stacks.ts';
import type { StackPlan } from '../../../scripts/core/summary.ts';

const planned = (stack: StackName): StackPlan => ({
  kind: 'planned',
  stack,
  isPreview: false,
  hasChanges: false,
  add: 0,
  change: 0,
  destroy: 0,
  changes: [],
});

/** Plans six stacks, with a diary of what began and ended. */
async function planAllStacks(over: Partial<Parameters<typeof planSideBySide>[0]> = {}) {
  const diary: string[] = [];
  const plans = await planSideBySide({
    plan: async stack => {
      diary.push(`> ${stack}`);
      await sleep(stack === 'network' ? 20 : 5);
      diary.push(`+ ${stack}`);
      return planned(stack);
    },
    wanted: stackNames,
    checkHost: async () => void diary.push('> host'),
    inSlot: createSlots(6),
    isStopped: () => false,
    ...over,
  });
  const place = (event: string) => diary.indexOf(event);
  return { diary, plans, place };
}

t.test('plans a stack once those are planned whose values it takes, and the others beside them', async t => {
  const { diary, plans, place } = await planAllStacks();
  t.strictSame(
    plans.map(({ stack }) => stack),
    stackNames,
  );
  t.strictSame(diary.slice(0, 5).sort(), ['> bootstrap', '> datalake', '> host', '> ingest', '> network']);
  t.ok(place('> mpp') > place('+ network') && place('> mpp') > place('+ datalake'));
  t.ok(place('> ec2') > place('+ network'));
});

t.test(
  'goes on past a stack that cannot be planned, and plans what takes its values all the same',
  async t => {
    const error = new Failure({ where: 'stack network', what: 'no' });
    const { plans } = await planAllStacks({
      plan: async stack => (stack === 'network' ? { kind: 'failed', stack, error } : planned(stack)),
    });
    t.strictSame(
      plans.map(({ stack, kind }) => [stack, kind]),
      stackNames.map(stack => [stack, stack === 'network' ? 'failed' : 'planned']),
    );
  },
);

t.test('begins nothing more once it is stopped, and lets a defect through', async t => {
  let isStopped = false;
  const { plans } = await planAllStacks({
    plan: async stack => {
      isStopped = true;
      return planned(stack);
    },
    isStopped: () => isStopped,
  });
  t.ok(plans.length < stackNames.length);
  await t.rejects(planAllStacks({ plan: () => Promise.reject(new TypeError('a defect')) }), TypeError);
});
