import type { FileFault } from './file-fault.ts';
import { type Plan, planFile } from './plan.ts';
import type { FindProcessor } from './processors/index.ts';
import { watchSleep } from './sleep-watch.ts';
import { deleteInput, getInput, headTargets, makeBodies, putTargets } from './steps.ts';
import type { Entry, Store, Upload } from './store.ts';
import type { Spooled } from './work-files.ts';

/**
 * One file's way, in this order. A kill between or inside any two steps loses nothing: until the last step the file
 * stands in input/, and the last step comes after its verified result stands in output/ or errors/.
 */
export const stepNames = [
  'head-targets',
  'get-input',
  'make-bodies',
  'put-targets',
  'delete-input',
] as const satisfies readonly StepName[];

/** What is known before each step. */
export type Stage = Ready | Headed | Got | Made | Put;

/** Every step, also one that the list above should lack: the crash matrix has to know each. */
export type StepName = Stage['at'];

export interface Ready {
  readonly at: 'head-targets';
  readonly entry: Entry;
  readonly plan: Plan;
}
export interface Headed extends Omit<Ready, 'at'> {
  readonly at: 'get-input';
  /** Where the results go, with the ETag of what stood there before the input was read. */
  readonly targets: readonly Target[];
}
export interface Got extends Omit<Headed, 'at'> {
  readonly at: 'make-bodies';
  readonly download: Spooled;
  readonly versionId: string | undefined;
  readonly redrives: number;
}
export interface Made extends Omit<Got, 'at'> {
  readonly at: 'put-targets';
  readonly uploads: readonly Upload[];
}
export interface Put extends Omit<Made, 'at'> {
  readonly at: 'delete-input';
}

export interface Target {
  readonly objectKey: string;
  readonly etag: string | undefined;
}

export interface Ending {
  readonly at: 'end';
  readonly outcome: 'processed' | 'rejected' | 'gone' | 'changed';
  readonly fault?: FileFault;
}

export interface World {
  readonly store: Store;
  readonly workDir: string;
  readonly findProcessor: FindProcessor;
  readonly workerVersion: string;
  now(): Date;
}

/** How often a file is begun again because another worker wrote its result meanwhile. */
const maxBeginnings = 5;

/**
 * Takes one file through all steps. ETags tell bytes apart, not times: whoever slept through two generations of a file
 * could take the third for the first. So nothing is written after a sleep; the next run begins anew.
 * @throws whatever concerns the world instead of the file; the file then still stands in input/
 */
export async function handleFile(entry: Entry, world: World): Promise<Ending> {
  const watch = watchSleep();
  let stage: Stage | Ending = beginFile(entry, world);
  try {
    for (let beginnings = 0; stage.at !== 'end'; ) {
      if (stage.at === 'head-targets') beginnings += 1;
      if (beginnings > maxBeginnings) throw new Error(`begun ${maxBeginnings} times, overtaken each time`);
      if (watch.hasSlept()) throw new Error('this machine stood still meanwhile');
      stage = await takeStep(stage, world);
    }
    return stage;
  } finally {
    watch.stop();
  }
}

/** A file before its first step. */
export function beginFile(entry: Entry, { findProcessor }: Pick<World, 'findProcessor'>): Ready {
  return { at: 'head-targets', entry, plan: planFile(entry.key, findProcessor) };
}

export function takeStep(stage: Stage, world: World): Promise<Stage | Ending> {
  switch (stage.at) {
    case 'head-targets':
      return headTargets(stage, world);
    case 'get-input':
      return getInput(stage, world);
    case 'make-bodies':
      return makeBodies(stage, world);
    case 'put-targets':
      return putTargets(stage, world);
    case 'delete-input':
      return deleteInput(stage, world);
  }
}
