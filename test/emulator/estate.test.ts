/** The whole estate as `target: aws` would make it from config/aws.example.yaml, planned once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { z } from 'zod';
import { projectRoot } from '../../scripts/edge/entry.ts';
import { namedResources } from '../helpers/estate/documents.ts';
import { planEstate } from '../helpers/estate/estate.ts';
import { declaringFile, findNamed } from '../helpers/estate/named-resources.ts';
import { findPosture } from '../helpers/estate/posture/rule.ts';
import { rules } from '../helpers/estate/posture/rules.ts';

type Dataset = {
  readonly firstDay: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
};

const namedType = z.object({ name: z.string(), type: z.string() });
const catalogTable = z.object({
  name: z.string(),
  database_name: z.string(),
  parameters: z.record(z.string(), z.string()),
  partition_keys: z.array(namedType),
  storage_descriptor: z.tuple([z.object({ location: z.string(), columns: z.array(namedType) })]),
});

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

t.test('every table of datasets.json is declared as it stands there, and no other', async t => {
  const datasets: Readonly<Record<string, Readonly<Record<string, Dataset>>>> = JSON.parse(
    readFileSync(join(projectRoot, 'files/configuration/datasets.json'), 'utf8'),
  );
  const declared = estate.resources
    .filter(({ type }) => type === 'aws_glue_catalog_table')
    .map(({ after }) => tableOf(after));
  const wanted = Object.entries(datasets).flatMap(([layer, tables]) =>
    Object.entries(tables).map(([name, { firstDay, columns }]) => {
      const location = `s3://acme-example-${layer}-123456789012-eu-west-1/${name}/`;
      return {
        database: `acme_example_${layer}`,
        name,
        location,
        days: `${firstDay},NOW`,
        template: `${location}dt=\${dt}/`,
        columns: columns.map(({ name, type }) => `${name} ${type}`),
        partitions: ['dt string'],
      };
    }),
  );
  const byPlace = (one: { readonly location: string }, other: { readonly location: string }) =>
    one.location.localeCompare(other.location);
  t.strictSame(declared.sort(byPlace), wanted.sort(byPlace));
});

/** A declared table, as far as a job that writes it and Athena that reads it must agree. */
function tableOf(after: unknown) {
  const { name, database_name, parameters, partition_keys, storage_descriptor } = catalogTable.parse(after);
  const [{ location, columns }] = storage_descriptor;
  const text = (one: z.infer<typeof namedType>) => `${one.name} ${one.type}`;
  return {
    database: database_name,
    name,
    location,
    days: parameters['projection.dt.range'],
    template: parameters['storage.location.template'],
    columns: columns.map(text),
    partitions: partition_keys.map(text),
  };
}
