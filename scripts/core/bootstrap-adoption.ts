import { z } from 'zod';

/** A planned resource that may be there already. */
export type Adoptable = {
  readonly address: string;
  /** What `terraform import` knows it by. */
  readonly id: string;
  /** Its name is not of our choosing: anybody in the account may have made it. */
  readonly isShared: boolean;
};

type Attributes = Readonly<Record<string, unknown>>;

/** What AWS refuses to make twice: how to find it again by its name, without any state. */
const importIds: Readonly<Record<string, (after: Attributes, accountId: string) => string>> = {
  aws_dynamodb_table: ({ name }) => String(name),
  aws_iam_group: ({ name }) => String(name),
  aws_iam_openid_connect_provider: ({ url }, id) =>
    `arn:aws:iam::${id}:oidc-provider/${String(url).replace('https://', '')}`,
  aws_iam_policy: ({ path, name }, id) => `arn:aws:iam::${id}:policy${path ?? '/'}${name}`,
  aws_iam_role: ({ name }) => String(name),
  aws_iam_user: ({ name }) => String(name),
  aws_kms_alias: ({ name }) => String(name),
  aws_s3_bucket: ({ bucket }) => String(bucket),
};

const planSchema = z.object({
  resource_changes: z
    .array(
      z.object({
        address: z.string(),
        type: z.string(),
        change: z.object({
          actions: z.array(z.string()),
          after: z.record(z.string(), z.unknown()).nullable(),
        }),
      }),
    )
    .default([]),
});

/**
 * What a first apply that was killed may have made without its state telling.
 * @param planJson the text of `terraform show -json` of a plan on that state
 */
export function buildAdoptables(planJson: string, accountId: string): readonly Adoptable[] {
  const plan = planSchema.parse(JSON.parse(planJson));
  return plan.resource_changes.flatMap(({ address, type, change }) => {
    const importId = importIds[type];
    if (importId === undefined || change.after === null || change.actions.join() !== 'create') return [];
    const isShared = type === 'aws_iam_openid_connect_provider';
    return [{ address, id: importId(change.after, accountId), isShared }];
  });
}

const stateSchema = z.object({
  resources: z.array(
    z.object({
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      module: z.string().optional(),
      instances: z.array(
        z.object({
          index_key: z.union([z.string(), z.number()]).optional(),
          attributes: z.object({ tags_all: z.record(z.string(), z.string()).nullish() }),
        }),
      ),
    }),
  ),
});

/**
 * Whether a resource in a state carries this project's and this business's tags.
 * @param stateText the text of `terraform state pull`
 */
export function isOurs(stateText: string, address: string, business: string): boolean {
  const { resources } = stateSchema.parse(JSON.parse(stateText));
  for (const { module, type, name, instances } of resources) {
    for (const { index_key: key, attributes } of instances) {
      const index = key === undefined ? '' : `[${JSON.stringify(key)}]`;
      if (`${module === undefined ? '' : `${module}.`}${type}.${name}${index}` !== address) continue;
      const tags = attributes.tags_all;
      return tags?.['project'] === 'millrace' && tags['business'] === business;
    }
  }
  return false;
}
