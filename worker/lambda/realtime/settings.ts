import { faultText } from '../../shared/fault-text.ts';
import { parseSourceUrl } from '../../shared/source-url.ts';

export interface RealtimeSettings {
  readonly eventsUrl: URL;
  readonly rawBucket: string;
  /** ARN of the secret that holds a token of GitHub's; none polls as anybody may. */
  readonly tokenSecret: string | undefined;
}

/**
 * Reads the function's environment variables.
 * @throws Error naming every one that is missing or wrong
 */
export function parseRealtimeSettings(env: Readonly<Record<string, string | undefined>>): RealtimeSettings {
  const { EVENTS_URL = '', RAW_BUCKET = '', TOKEN_SECRET_ARN: tokenSecret } = env;
  const faults: string[] = [];
  let eventsUrl: URL | undefined;
  try {
    eventsUrl = parseSourceUrl(EVENTS_URL);
  } catch (error) {
    faults.push(`EVENTS_URL: ${faultText(error)}`);
  }
  if (RAW_BUCKET === '') faults.push('RAW_BUCKET: expected the name of a bucket, got nothing');
  if (tokenSecret !== undefined && !/^arn:[a-z-]+:secretsmanager:[^:]+:\d{12}:secret:.+$/.test(tokenSecret)) {
    faults.push(`TOKEN_SECRET_ARN: expected the ARN of a secret, got ${JSON.stringify(tokenSecret)}`);
  }
  if (eventsUrl === undefined || faults.length > 0) throw new Error(faults.join('; '));
  return { eventsUrl, rawBucket: RAW_BUCKET, tokenSecret };
}
