/** Stand-ins for what AWS gives a resource only when it makes it: ids and ARNs, in AWS's own forms. */

/** Where the resources would be. */
export type Place = { readonly accountId: string; readonly region: string };

type Ids = Readonly<Record<string, string>>;
type Named = (name: string, place: Place, serial: string, path: string) => Ids;

const arnOf = (service: string, { region, accountId }: Place, rest: string) =>
  `arn:aws:${service}:${region}:${accountId}:${rest}`;
const iamArn = ({ accountId }: Place, rest: string) => `arn:aws:iam::${accountId}:${rest}`;

/** By resource type: the attribute that names the resource, and what follows from the name. */
const stands: Readonly<Record<string, readonly [nameAttribute: string, ids: Named]>> = {
  aws_cloudwatch_log_group: [
    'name',
    (name, place) => ({ arn: arnOf('logs', place, `log-group:${name}`), id: name }),
  ],
  aws_dynamodb_table: [
    'name',
    (name, place) => ({ arn: arnOf('dynamodb', place, `table/${name}`), id: name }),
  ],
  aws_glue_job: ['name', (name, place) => ({ arn: arnOf('glue', place, `job/${name}`), id: name })],
  aws_iam_openid_connect_provider: [
    'url',
    (url, place) => ({ arn: iamArn(place, `oidc-provider/${url.replace(/^https:\/\//, '')}`) }),
  ],
  aws_iam_policy: [
    'name',
    (name, place, _, path) => ({
      arn: iamArn(place, `policy${path}${name}`),
      id: iamArn(place, `policy${path}${name}`),
    }),
  ],
  aws_iam_role: ['name', (name, place, _, path) => ({ arn: iamArn(place, `role${path}${name}`), id: name })],
  aws_iam_user: ['name', (name, place, _, path) => ({ arn: iamArn(place, `user${path}${name}`), id: name })],
  aws_kms_key: [
    'description',
    (_, place, serial) => {
      const id = `00000000-0000-4000-8000-${serial}`;
      return { arn: arnOf('kms', place, `key/${id}`), id, key_id: id };
    },
  ],
  aws_lambda_function: [
    'function_name',
    (name, place) => ({ arn: arnOf('lambda', place, `function:${name}`), id: name }),
  ],
  aws_s3_bucket: ['bucket', name => ({ arn: `arn:aws:s3:::${name}`, id: name })],
  aws_scheduler_schedule_group: [
    'name',
    (name, place) => ({ arn: arnOf('scheduler', place, `schedule-group/${name}`), id: name }),
  ],
  aws_secretsmanager_secret: [
    'name',
    (name, place) => ({
      arn: arnOf('secretsmanager', place, `secret:${name}-AbCdEf`),
      id: arnOf('secretsmanager', place, `secret:${name}-AbCdEf`),
    }),
  ],
  aws_security_group: ['description', (_, _place, serial) => ({ id: `sg-00000${serial}` })],
  aws_sns_topic: [
    'name',
    (name, place) => ({ arn: arnOf('sns', place, name), id: arnOf('sns', place, name) }),
  ],
  aws_sqs_queue: [
    'name',
    (name, place) => {
      const url = `https://sqs.${place.region}.amazonaws.com/${place.accountId}/${name}`;
      return { arn: arnOf('sqs', place, name), id: url, url };
    },
  ],
  aws_vpc: ['cidr_block', (_, _place, serial) => ({ id: `vpc-00000${serial}` })],
};

/**
 * The ids that stand for those of a resource, or undefined where nothing else depends on them.
 * @param serial 12 hexadecimal digits that tell resources of one type apart that have no name of their own
 */
export function idsOf(
  type: string,
  after: Readonly<Record<string, unknown>>,
  serial: string,
  place: Place,
): Ids | undefined {
  const stand = stands[type];
  const name = stand === undefined ? undefined : after[stand[0]];
  if (stand === undefined || typeof name !== 'string') return undefined;
  const path = typeof after['path'] === 'string' ? after['path'] : '/';
  return stand[1](name, place, serial, path);
}
