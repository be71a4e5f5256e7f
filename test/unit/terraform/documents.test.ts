import t from 'tap';
import { documents } from '../../helpers/estate/document-rows.ts';
import { type NamedResource, namedResources } from '../../helpers/estate/documents.ts';
import type { Estate, PlannedResource } from '../../helpers/estate/estate.ts';
import { declaringFile, findNamed, renderDocuments } from '../../helpers/estate/named-resources.ts';

const planned = (address: string, after: PlannedResource['after'] = {}): PlannedResource => ({
  stack: 'datalake',
  address,
  type: /aws_\w+/.exec(address)?.[0] ?? '',
  folders: ['datalake'],
  after,
  unknown: {},
  sensitive: {},
  given: [],
});
const bucket = planned('module.layer_bucket["raw"].aws_s3_bucket.this', { bucket: 'acme-raw' });
const table = planned('aws_glue_catalog_table.this["movies"]', { name: 'movies' });
const estate: Estate = {
  accountId: '123456789012',
  region: 'eu-west-1',
  resources: [bucket, table],
  sources: {
    'network/layers.tf': 'module "layer_bucket" {\n}\n',
    'datalake/layers.tf': '# module "layer_bucket" {\nmodule "layer_bucket" {\n}\n',
    'datalake/catalog.tf': 'resource "aws_glue_catalog_table" "this" {\n}\n',
  },
};
const named: NamedResource = {
  document: '001',
  line: 11,
  passage: 'raw data',
  stack: 'datalake',
  type: 'aws_s3_bucket',
  address: /^module\.layer_bucket\["raw"\]/,
};

t.test('finds a named resource by stack, type, address and what it shows', async t => {
  t.strictSame(findNamed(named, estate), [bucket]);
  t.strictSame(findNamed({ ...named, shows: /"bucket":"acme-raw"/ }, estate), [bucket]);
  for (const other of [
    { stack: 'ec2' },
    { type: 'aws_s3_object' },
    { address: /\["staged"\]/ },
    { shows: /other/ },
  ] as const) {
    t.strictSame(findNamed({ ...named, ...other }, estate), [], Object.keys(other).join());
  }
});

t.test('reads of a variable what its block in the source admits, not what the example takes', async t => {
  const variable: PlannedResource = {
    ...planned('var.operating_system', { value: 'amazon-linux-2023' }),
    stack: 'ec2',
    type: 'variable',
  };
  const [row] = namedResources.filter(({ type }) => type === 'variable');
  const admitting = (systems: string) => ({
    ...estate,
    resources: [variable],
    sources: {
      'ec2/variables.tf': `variable "operating_system" {\n  condition     = contains([${systems}], x)\n}\n# "amazon-linux-2"\n`,
    },
  });
  if (row === undefined) throw new Error('no document names a variable');
  t.strictSame(findNamed(row, admitting('"amazon-linux-2", "amazon-linux-2023"')), [variable]);
  t.strictSame(findNamed(row, admitting('"amazon-linux-2023"')), []);
});

t.test('an ageing rule is a rule that moves objects, not one that only clears up', async t => {
  const [row] = namedResources.filter(
    ({ type, address }) => type.endsWith('lifecycle_configuration') && address.source.includes('raw'),
  );
  const lifecycleOf = (...transition: readonly Record<string, unknown>[]) => ({
    ...planned('module.layer_bucket["raw"].aws_s3_bucket_lifecycle_configuration.this', {
      rule: [
        { id: 'housekeeping', transition: [] },
        { id: 'age', transition },
      ],
    }),
    type: 'aws_s3_bucket_lifecycle_configuration',
  });
  if (row === undefined) throw new Error('no document names the lifecycle of raw');
  const ages = lifecycleOf({ storage_class: 'STANDARD_IA' }, { storage_class: 'GLACIER_IR' });
  t.strictSame(findNamed(row, { ...estate, resources: [ages] }), [ages]);
  t.strictSame(findNamed(row, { ...estate, resources: [lifecycleOf()] }), []);
});

t.test("names the file that declares a resource, or its module, in the resource's own stack", async t => {
  t.equal(declaringFile(bucket, estate), 'datalake/layers.tf');
  t.equal(declaringFile(table, estate), 'datalake/catalog.tf');
  t.equal(declaringFile(planned('aws_s3_bucket.gone'), estate), undefined);
});

t.test('prints a line for every named resource, and says which are missing', async t => {
  const lines = renderDocuments(estate).trimEnd().split('\n');
  t.equal(lines.length, namedResources.length + 2);
  t.match(renderDocuments(estate), /aws_s3_bucket` in terraform\/datalake\/layers\.tf/);
  t.match(renderDocuments(estate), /aws_vpc` in missing/);
});

t.test('the list has every document', async t => {
  t.strictSame([...new Set(namedResources.map(({ document }) => document))], Object.keys(documents).sort());
});
