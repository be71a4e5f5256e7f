import { z } from 'zod';

const stateSchema = z.object({
  resources: z
    .array(
      z.object({
        mode: z.string(),
        module: z.string().optional(),
        type: z.string(),
        name: z.string(),
        instances: z.array(
          z.object({
            index_key: z.union([z.string(), z.number()]).optional(),
            attributes: z.record(z.string(), z.unknown()).optional(),
          }),
        ),
      }),
    )
    .default([]),
});

/** What keeps a resource from being destroyed, by type: the attribute and the value that AWS or Terraform heeds. */
const guards: Readonly<Record<string, readonly [attribute: string, guarding: boolean]>> = {
  aws_athena_workgroup: ['force_destroy', false],
  aws_dynamodb_table: ['deletion_protection_enabled', true],
  aws_s3_bucket: ['force_destroy', false],
};

/**
 * What stands in the way of a destroy, as it was deployed and whatever the config says now, one line each.
 * @param stateText the text of `terraform state pull`, empty where there is no state
 */
export function listObstacles(stateText: string): readonly string[] {
  if (stateText.trim() === '') return [];
  const { resources } = stateSchema.parse(JSON.parse(stateText));
  return resources.flatMap(({ mode, module, type, name, instances }) => {
    const guard = guards[type];
    if (mode !== 'managed' || guard === undefined) return [];
    const [attribute, guarding] = guard;
    return instances
      .filter(({ attributes }) => attributes?.[attribute] === guarding)
      .map(({ index_key: key }) => {
        const index = key === undefined ? '' : `[${JSON.stringify(key)}]`;
        const address = `${module === undefined ? '' : `${module}.`}${type}.${name}${index}`;
        return `${address}: was deployed with ${attribute} = ${guarding}`;
      });
  });
}
