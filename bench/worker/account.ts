import { cleanEnvironment } from '../../scripts/edge/environment.ts';

export const region = 'us-east-1';

/** The environment of all contenders: nobody's credentials, nothing of the caller's. */
export const account = {
  ...cleanEnvironment(),
  HOME: '/nonexistent',
  AWS_ACCESS_KEY_ID: '000000000000',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};
