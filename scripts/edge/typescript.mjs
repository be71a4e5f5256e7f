/**
 * Makes TypeScript importable. The compiler is a child process, and no child gets the caller's AWS credentials unasked:
 * the thread that starts it keeps the environment that it finds here.
 */
import { register } from 'tsx/esm/api';

const caller = { ...process.env };
for (const name of Object.keys(caller)) if (name.startsWith('AWS_')) delete process.env[name];
register();
Object.assign(process.env, caller);
