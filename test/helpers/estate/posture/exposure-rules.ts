/** What the world, and whatever runs beside, can reach. */
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

export const closedToTheWorld: Rule = {
  name: 'closed-to-the-world',
  types: [
    'aws_default_security_group',
    'aws_instance',
    'aws_security_group',
    'aws_subnet',
    'aws_vpc_security_group_egress_rule',
    'aws_vpc_security_group_ingress_rule',
  ],
  judge: ({ type, after }) => {
    const blocks = (name: string) =>
      [valueAt(after, name)].flat().filter(block => block !== undefined && block !== null);
    switch (type) {
      case 'aws_vpc_security_group_ingress_rule':
        return expecting([
          [!isWorld(after['cidr_ipv4']) && !isWorld(after['cidr_ipv6']), 'lets the world in'],
        ]);
      case 'aws_vpc_security_group_egress_rule':
        return expecting([
          [
            after['ip_protocol'] !== '-1' || !(isWorld(after['cidr_ipv4']) || isWorld(after['cidr_ipv6'])),
            'lets everything out to the world',
          ],
        ]);
      case 'aws_default_security_group':
        return expecting([
          [
            blocks('ingress').length + blocks('egress').length === 0,
            'has rules, and takes in what names no group',
          ],
        ]);
      case 'aws_security_group':
        return expecting([
          [
            blocks('ingress').length + blocks('egress').length === 0,
            'has rules of its own: expects resources of their own',
          ],
        ]);
      case 'aws_subnet':
        return expecting([
          [after['map_public_ip_on_launch'] !== true, 'gives whatever starts in it a public address'],
        ]);
      default:
        return expecting([
          [after['associate_public_ip_address'] !== true, 'gets a public address at launch'],
        ]);
    }
  },
};

/** Every address, or a share of them that nobody owns. */
function isWorld(cidr: unknown): boolean {
  if (typeof cidr !== 'string') return false;
  const length = Number(cidr.split('/')[1]);
  return cidr.includes(':') ? length < 16 : length < 8;
}

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
