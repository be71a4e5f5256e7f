import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ReadSecret } from './token.ts';

const client = new SecretsManagerClient({
  requestHandler: { connectionTimeout: 5_000, socketTimeout: 10_000 },
});

export const readSecret: ReadSecret = async arn => {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  return SecretString;
};
