/** Spark on this machine, set up like Glue's and against an emulator: for run-job, and for the tests of the jobs. */
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { quoteShellWord } from '../core/shell-word.ts';
import { removeTree, writeFile } from './files.ts';
import { type LocalAccess, localEnvironment } from './local-environment.ts';
import { renderTemplate } from './templates.ts';
import type { SparkToolchain } from './toolchain/spark.ts';

export type LocalSpark = {
  /** The whole environment of spark-submit, or of a Python that starts Spark itself (PYSPARK_SUBMIT_ARGS). */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute paths. */
  readonly propertiesFile: string;
  readonly python: string;
  readonly sparkSubmit: string;
  /** What a run leaves behind, JVM and Python alike; removed by close. */
  readonly scratch: string;
  readonly close: () => void;
};

/** Driver and executor are one process here, with one heap: a task of each core sorts 128 MiB of input in it. */
const memoryMibPerCore = 512;
const [leastCores, mostCores] = [2, 4];

/**
 * Renders Spark's settings into `folder`, which one run uses at a time.
 * @param input.folder absolute path, build/<env>/spark; without colon, comma and double quote
 */
export function openLocalSpark(input: {
  readonly root: string;
  readonly folder: string;
  readonly toolchain: SparkToolchain;
  readonly access: LocalAccess;
}): LocalSpark {
  const { root, folder, toolchain, access } = input;
  const scratch = join(folder, 'scratch');
  removeTree(scratch); // of a run that was killed
  mkdirSync(scratch, { recursive: true });
  const propertiesFile = join(folder, 'spark-defaults.conf');
  const cores = Math.min(Math.max(availableParallelism(), leastCores), mostCores);
  const settings = {
    ...access,
    memoryMib: memoryMibPerCore * cores,
    scratch,
    cores,
    classPath: toolchain.jars.join(':'),
  };
  writeFile(propertiesFile, renderTemplate(root, 'spark-defaults.conf', settings), 0o600);
  const base = localEnvironment(access);
  const python = join(toolchain.venvBin, 'python');
  return {
    env: {
      ...base,
      PATH: `${toolchain.venvBin}:${base['PATH'] ?? ''}`,
      SPARK_HOME: toolchain.sparkHome,
      JAVA_HOME: toolchain.javaHome,
      PYSPARK_PYTHON: python,
      PYSPARK_DRIVER_PYTHON: python,
      // The stand-in for awsglue lies there.
      PYTHONPATH: join(root, 'scripts/edge'),
      PYTHONDONTWRITEBYTECODE: '1',
      // This machine's name may have no address, or one that is not loopback.
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_LOCAL_HOSTNAME: 'localhost',
      SPARK_CONF_DIR: folder,
      PYSPARK_SUBMIT_ARGS: `--properties-file ${quoteShellWord(propertiesFile)} pyspark-shell`,
      MILLRACE_SPARK_CONF: propertiesFile,
      TMPDIR: scratch,
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
    },
    propertiesFile,
    python,
    sparkSubmit: join(toolchain.sparkHome, 'bin/spark-submit'),
    scratch,
    close: () => removeTree(scratch),
  };
}
