/** The committed plans, and the reviews that are expected of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MadePlan } from './make-plans.ts';

const plansFolder = fileURLToPath(new URL('../../fixtures/plans', import.meta.url));

export function planFixture(name: string): string {
  return `${plansFolder}/${name}.json`;
}

export function renderFixture(made: MadePlan): string {
  return `${JSON.stringify(made, null, 1)}\n`;
}

/** The committed plan of this case, as its script wrote it. */
export function readPlan(name: string): MadePlan {
  return JSON.parse(readFileSync(planFixture(name), 'utf8'));
}

/** The names of all committed plans. */
export function planNames(): readonly string[] {
  return readdirSync(plansFolder)
    .filter(name => name.endsWith('.json'))
    .map(name => name.replace(/\.json$/, ''))
    .sort();
}
