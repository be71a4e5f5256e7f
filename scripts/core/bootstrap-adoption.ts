import { z } from 'zod';
import { renderHcl } from './quote.ts';

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

const attributes = z.record(z.string(), z.unknown());
const planSchema = z.object({
  resource_changes: z
    .array(
      z.object({
        address: z.string(),
        type: z.string(),
        change: z.object({
          actions: z.array(z.string()),
          before: attributes.nullish(),
          after: attributes.nullable(),
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

/** The text of a file that has Terraform import what is there already, by its plan. */
export function renderImports(adoptables: readonly Adoptable[]): string {
  return adoptables
    .map(({ address, id }) => `import {\n  to = ${address}\n  id = ${renderHcl(id)}\n}\n`)
    .join('\n');
}

/** The addresses that a failed plan could not import because nothing is there, from what Terraform said. */
export function listMissing(errorText: string): readonly string[] {
  const named = errorText.matchAll(/import an existing object to\s+"((?:[^"\\]|\\.)+)"/g);
  return [...named].map(([, address = '']) => address.replaceAll('\\', ''));
}

/**
 * Of the given ones, those of which the plan shows tags of another project or business, or none.
 * @param planJson the text of `terraform show -json` of a plan that imports them
 */
export function listForeign(
  planJson: string,
  adoptables: readonly Adoptable[],
  business: string,
): readonly Adoptable[] {
  const plan = planSchema.parse(JSON.parse(planJson));
  return adoptables.filter(({ address, isShared }) => {
    const before = plan.resource_changes.find(change => change.address === address)?.change.before;
    const tags = tagsSchema.safeParse(before?.['tags_all'] ?? before?.['tags']).data ?? {};
    return isShared && (tags['project'] !== 'millrace' || tags['business'] !== business);
  });
}

const tagsSchema = z.record(z.string(), z.string());
