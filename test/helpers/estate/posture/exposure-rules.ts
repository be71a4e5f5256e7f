/** What buckets and instances show to others. */
import { companionsOf, expecting, type Rule, valueAt } from './rule.ts';

export const bucketIsClosed: Rule = {
  name: 'bucket-is-closed',
  types: ['aws_s3_bucket'],
  judge: (bucket, estate) => {
    const [block] = companionsOf(bucket, 'aws_s3_bucket_public_access_block', estate);
    const [ownership] = companionsOf(bucket, 'aws_s3_bucket_ownership_controls', estate);
    const switches = [
      'block_public_acls',
      'block_public_policy',
      'ignore_public_acls',
      'restrict_public_buckets',
    ];
    return expecting([
      ...switches.map(name => [block?.after[name] === true, `does not have ${name}`] as const),
      [
        valueAt(ownership?.after, 'rule', 0, 'object_ownership') === 'BucketOwnerEnforced',
        'does not have its ACLs disabled',
      ],
      [companionsOf(bucket, 'aws_s3_bucket_acl', estate).length === 0, 'has an ACL'],
      [companionsOf(bucket, 'aws_s3_bucket_website_configuration', estate).length === 0, 'is a website'],
    ]);
  },
};

export const metadataIsGuarded: Rule = {
  name: 'metadata-is-guarded',
  types: ['aws_instance'],
  judge: ({ after }) =>
    expecting([
      [
        valueAt(after, 'metadata_options', 0, 'http_tokens') === 'required',
        'answers IMDSv1: expects http_tokens = required',
      ],
      [
        valueAt(after, 'metadata_options', 0, 'http_put_response_hop_limit') === 1,
        'hands its credentials on: expects a hop limit of 1',
      ],
    ]),
};
