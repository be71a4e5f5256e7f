import fc from 'fast-check';
import t from 'tap';
import { buildReview } from '../../../../scripts/core/review/build-review.ts';
import { renderReviewText } from '../../../../scripts/core/review/render-text.ts';
import { planJson, planned, resourceChange, reviewInput } from '../../../helpers/plans/inputs.ts';

const actions = fc.constantFrom(
  ['no-op'],
  ['create'],
  ['update'],
  ['delete'],
  ['delete', 'create'],
  ['create', 'delete'],
  ['forget'],
  ['forget', 'create'],
);
const plans = fc.array(fc.array(actions, { maxLength: 12 }), { minLength: 1, maxLength: 5 });

/** As Terraform counts: internal/command/jsonformat, the last line of a plan. */
function terraformCounts(all: readonly (readonly string[])[]) {
  const count = (name: string) => all.filter(names => names.includes(name)).length;
  return { add: count('create'), change: count('update'), destroy: count('delete'), forget: count('forget') };
}

t.test('agrees with Terraform over any number of stacks and changes', async t => {
  fc.assert(
    fc.property(plans, stacks => {
      const review = buildReview(
        reviewInput(
          stacks.map((list, index) =>
            planned(
              planJson(
                list.map((names, place) =>
                  resourceChange({
                    address: `x.r[${place}]`,
                    actions: names,
                    before: { a: 1 },
                    after: { a: 2 },
                  }),
                ),
              ),
              `stack-${index}`,
            ),
          ),
        ),
      );
      const { add, change, destroy, forget } = review.counts;
      t.same({ add, change, destroy, forget }, terraformCounts(stacks.flat()));
      for (const [index, list] of stacks.entries()) {
        const of = review.stacks[index]?.counts;
        t.same(
          { add: of?.add, change: of?.change, destroy: of?.destroy, forget: of?.forget },
          terraformCounts(list),
        );
      }
      const changed = stacks.flat().filter(([name]) => name !== 'no-op').length;
      t.equal(review.entries.length, changed);
      t.equal(review.outcome, changed === 0 ? 'unchanged' : 'changes');
      const shown = /(\d+) to add, (\d+) to change, (\d+) to destroy/.exec(
        renderReviewText(review, { width: 100, color: false }),
      );
      if (changed > 0) t.same(shown?.slice(1).map(Number), [add, change, destroy]);
    }),
    { numRuns: 40 },
  );
});
