/** The whole estate as `target: aws` would make it from config/aws.example.yaml, planned once. */
import t from 'tap';
import { namedResources } from '../helpers/estate/documents.ts';
import { planEstate } from '../helpers/estate/estate.ts';
import { declaringFile, findNamed } from '../helpers/estate/named-resources.ts';
import { findPosture } from '../helpers/estate/posture/rule.ts';
import { rules } from '../helpers/estate/posture/rules.ts';

const estate = await planEstate(t, t.testdir());

for (const rule of rules) {
  t.test(`${rule.name} holds for every resource`, async t => {
    const found = findPosture([rule], estate);
    t.strictSame(
      found.map(({ address, what }) => `${address}: ${what}`),
      [],
    );
  });
}

t.test('every resource that the requirement documents name is planned', async t => {
  for (const named of namedResources) {
    const [resource] = findNamed(named, estate);
    const where = `${named.document}, line ${named.line}, ${named.passage}: ${named.stack} ${named.type}`;
    if (resource === undefined) t.fail(`${where} ${named.address} ${named.shows ?? ''}`);
    else t.ok(declaringFile(resource, estate), `${where} is ${resource.address}`);
  }
});
