import type { Config } from './config-schema.ts';

export const layers = ['raw', 'staged', 'analytics'] as const;
export const platforms = ['codebase', 'configuration', 'orchestration', 'etl', 'scripts'] as const;

/** Every name that can be known before anything exists, computed once from the config. */
export type Names = {
  readonly environment: string;
  readonly prefix: string;
  readonly stateBucket: string;
  readonly lockTable: string;
  readonly keyAlias: string;
  readonly layerBuckets: Readonly<Record<(typeof layers)[number], string>>;
  readonly platformBuckets: Readonly<Record<(typeof platforms)[number], string>>;
  /** Query results, temporary files and access logs. */
  readonly helperBucket: string;
  readonly workerBucket: string;
  /** Managed policy that bounds every role of the account's environments. */
  readonly boundaryPolicy: string;
  /** Role of bootstrap's that CI plans with, below the path /ci/. */
  readonly planRole: string;
  /** Alias of the key that encrypts the lake, where it is a key of its own. */
  readonly lakeKeyAlias: string;
  /** Alias of the key of stack ec2, which encrypts the worker's bucket where that has no other key. */
  readonly workerKeyAlias: string;
  /** Glue databases of the layers. */
  readonly databases: Readonly<Record<(typeof layers)[number], string>>;
  /** SNS topic of every alarm of the environment. */
  readonly alarmTopic: string;
};

/** An environment's name: it is part of bucket names, file names and state keys, where `global` is bootstrap's. */
export const environmentPattern = /^(?!global$)[a-z][a-z0-9]{0,11}$/;

/** Names of an environment: `<business>-<env>-<role>-<account>-<region>`, bootstrap's without `<env>`. */
export function buildNames(config: Pick<Config, 'account'>, environment: string): Names {
  const { business, id, region } = config.account;
  const named = (role: string) => `${business}-${environment}-${role}-${id}-${region}`;
  // Athena takes no hyphens in a database's name.
  const database = (layer: string) => `${business}_${environment}_${layer}`.replaceAll('-', '_');
  return {
    environment,
    prefix: `${business}-${environment}`,
    stateBucket: `${business}-state-${id}-${region}`,
    lockTable: `${business}-lock-${id}-${region}`,
    keyAlias: `alias/${business}-state-${id}-${region}`,
    layerBuckets: { raw: named('raw'), staged: named('staged'), analytics: named('analytics') },
    platformBuckets: {
      codebase: named('codebase'),
      configuration: named('configuration'),
      orchestration: named('orchestration'),
      etl: named('etl'),
      scripts: named('scripts'),
    },
    helperBucket: named('helper'),
    workerBucket: named('worker'),
    boundaryPolicy: `${business}-boundary-${region}`,
    planRole: `${business}-ci-plan-${region}`,
    lakeKeyAlias: `alias/${business}-${environment}-lake`,
    workerKeyAlias: `alias/${business}-${environment}-worker`,
    databases: { raw: database('raw'), staged: database('staged'), analytics: database('analytics') },
    alarmTopic: `${business}-${environment}-alarms`,
  };
}

/**
 * Faults of the computed names against S3's rule of at most 63 characters, one a line.
 * Source: Amazon S3 user guide, "General purpose bucket naming rules".
 */
export function nameFaults(names: Names): readonly string[] {
  const buckets = [
    names.stateBucket,
    ...Object.values(names.layerBuckets),
    ...Object.values(names.platformBuckets),
    names.helperBucket,
    names.workerBucket,
  ];
  const longest = buckets.reduce((a, b) => (b.length > a.length ? b : a));
  if (longest.length <= 63) return [];
  return [
    `account.business: expects a name ${longest.length - 63} characters shorter, so that every bucket name has at most 63 characters, got bucket name "${longest}" of ${longest.length}`,
  ];
}
