import type { Names } from './names.ts';

/** A resource of bootstrap whose name is computed, so that it can be found again without any state. */
export type Adoptable = { readonly address: string; readonly id: string };

/** What a first apply that was killed may have made without its state telling: by address and import id. */
export function buildAdoptables(names: Names): readonly Adoptable[] {
  return [
    { address: 'aws_kms_alias.state', id: names.keyAlias },
    { address: 'module.state_bucket.aws_s3_bucket.this', id: names.stateBucket },
    { address: 'aws_dynamodb_table.lock', id: names.lockTable },
  ];
}
