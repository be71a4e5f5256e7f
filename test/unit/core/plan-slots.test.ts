import t from 'tap';
import { planSlots } from '../../../scripts/core/plan-slots.ts';

t.test(
  'plans twice as many stacks at a time as there are cores, as far as memory goes, and one in any case',
  async t => {
    t.equal(planSlots({ cores: 2, freeMib: 16_000 }), 4);
    t.equal(planSlots({ cores: 8, freeMib: 2_000 }), 3);
    t.equal(planSlots({ cores: 1, freeMib: 100 }), 1);
  },
);
