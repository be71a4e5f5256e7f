/**
 * Glue's version and the Spark, Java and jars of a local run: they belong together and are changed together.
 * Source: AWS Glue developer guide, "AWS Glue versions"; the jars' versions are those of Hadoop 3.3.4, which Spark 3.5 is
 * built with.
 */
export type Jar = {
  /** Maven's group:artifact:version. */
  readonly coordinates: string;
  readonly sha256: string;
};

export const sparkRelease = {
  /** `glue_version` of the jobs in terraform/modules/glue_job. */
  glue: '5.0',
  /** The pin of pyspark in requirements-spark.in. */
  spark: '3.5.4',
  java: '17',
  jars: [
    {
      coordinates: 'org.apache.hadoop:hadoop-aws:3.3.4',
      sha256: '53f9ae03c681a30a50aa17524bd9790ab596b28481858e54efd989a826ed3a4a',
    },
    {
      coordinates: 'com.amazonaws:aws-java-sdk-bundle:1.12.262',
      sha256: '873fe7cf495126619997bec21c44de5d992544aea7e632fdc77adb1a0915bae5',
    },
    {
      coordinates: 'org.wildfly.openssl:wildfly-openssl:1.0.7.Final',
      sha256: '9f7058778978ec2ad90c7224401a4b0013d93e0dd3fa0f72b25244ffa3507ca8',
    },
    {
      coordinates: 'org.postgresql:postgresql:42.7.8',
      sha256: '2a32a9dcbc42d67a50ad3a0de5efd102c8d2be46720045f2cbd6689f160ab7c7',
    },
  ],
} as const satisfies {
  readonly glue: string;
  readonly spark: string;
  readonly java: string;
  readonly jars: readonly Jar[];
};

/** The jar's file name, like postgresql-42.7.8.jar. */
export function jarFileName({ coordinates }: Jar): string {
  const [, artifact, version] = coordinates.split(':');
  return `${artifact}-${version}.jar`;
}
