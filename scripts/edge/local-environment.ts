import { localKeys } from './aws.ts';
import { cleanEnvironment } from './environment.ts';

/** The emulator of a local target, as programs are told of it. */
export type LocalAccess = {
  /** http://127.0.0.1:PORT */
  readonly endpoint: string;
  readonly accountId: string;
  readonly region: string;
};

/** Whatever is not loopback goes to a port where nobody listens (9, discard). */
const blackhole = 'http://127.0.0.1:9';
const blackholeProxy: Readonly<Record<string, string>> = {
  HTTP_PROXY: blackhole,
  HTTPS_PROXY: blackhole,
  http_proxy: blackhole,
  https_proxy: blackhole,
  NO_PROXY: '127.0.0.1',
  no_proxy: '127.0.0.1',
};

/** The environment of every child of a local target: nothing of the caller's account, and nowhere to go but loopback. */
export function localEnvironment(access: LocalAccess): Record<string, string> {
  return { ...cleanEnvironment(), ...blackholeProxy, ...localVariables(access) };
}

/** Credentials and addresses of the emulator. Profiles and shared files of the caller are put out of reach. */
export function localVariables({ endpoint, accountId, region }: LocalAccess): Record<string, string> {
  const keys = localKeys({ accountId });
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
