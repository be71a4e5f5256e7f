/** What is looked after: logs that are written and that end, and buckets that are cleared up. */
import { companionsOf, expecting, type Rule, valueAt } from './rule.ts';

export const logsEnd: Rule = {
  name: 'logs-end',
  types: ['aws_cloudwatch_log_group', 'aws_lambda_function'],
  judge: ({ type, after, stack }, { resources }) => {
    if (type === 'aws_cloudwatch_log_group')
      return expecting([
        [Number(after['retention_in_days']) > 0, 'keeps its log for ever: expects retention_in_days'],
      ]);
    const group =
      valueAt(after, 'logging_config', 0, 'log_group') ?? `/aws/lambda/${String(after['function_name'])}`;
    const isOurs = resources.some(
      other =>
        other.stack === stack && other.type === 'aws_cloudwatch_log_group' && other.after['name'] === group,
    );
    return expecting([[isOurs, `logs into ${String(group)}, which Lambda would make without an end`]]);
  },
};

export const vpcIsLogged: Rule = {
  name: 'vpc-is-logged',
  types: ['aws_vpc'],
  judge: ({ after, stack }, { resources }) => {
    const isLogged = resources.some(
      other =>
        other.stack === stack &&
        other.type === 'aws_flow_log' &&
        typeof after['id'] === 'string' &&
        other.after['vpc_id'] === after['id'] &&
        other.after['traffic_type'] === 'ALL',
    );
    return expecting([[isLogged, 'has no flow log of all its traffic']]);
  },
};

export const bucketHasLifecycle: Rule = {
  name: 'bucket-has-lifecycle',
  types: ['aws_s3_bucket'],
  judge: (bucket, estate) => {
    const [lifecycle] = companionsOf(bucket, 'aws_s3_bucket_lifecycle_configuration', estate);
    const rules = [valueAt(lifecycle?.after, 'rule')]
      .flat()
      .filter(rule => valueAt(rule, 'status') === 'Enabled');
    return expecting([
      [
        rules.some(rule => Number(valueAt(rule, 'noncurrent_version_expiration', 0, 'noncurrent_days')) > 0),
        'keeps every old version for ever: expects a lifecycle rule that expires noncurrent versions',
      ],
    ]);
  },
};
