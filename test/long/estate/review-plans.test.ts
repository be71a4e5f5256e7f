/** The committed plans, made again by a real Terraform. */
import { join } from 'node:path';
import { test } from 'tap';
import { startEmulator } from '../../helpers/emulator.ts';
import { planCases } from '../../helpers/plans/cases.ts';
import { readPlan } from '../../helpers/plans/fixtures.ts';
import { makePlan } from '../../helpers/plans/make-plans.ts';
import { terraformTestEnv } from '../../helpers/terraform.ts';

test('every committed plan is what Terraform makes', async t => {
  const emulator = await startEmulator(t);
  const folder = t.testdir({});
  for (const planCase of planCases) {
    const made = await makePlan(planCase, {
      folder: join(folder, planCase.name),
      emulator,
      env: terraformTestEnv(),
    });
    t.same(made, readPlan(planCase.name), planCase.name);
  }
});
