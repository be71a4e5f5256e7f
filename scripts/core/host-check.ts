/** What a host that is reached may still be unfit for, before the playbook changes anything. */
import { Failure } from './failure.ts';
import { findPythonFault } from './python-support.ts';
import type { ReachedHost } from './reach.ts';

/** @throws Failure for a host of another environment, or one whose Python this ansible-core cannot work with */
export function requireFittingHost(
  host: ReachedHost,
  expected: { readonly name: string; readonly workerBucket: string; readonly ansible: string },
): void {
  const where = `host ${expected.name}`;
  if (host.workerBucket !== undefined && host.workerBucket !== expected.workerBucket) {
    throw new Failure({
      where,
      what: `belongs to another environment: expects a worker of bucket ${expected.workerBucket}, got one of ${host.workerBucket}`,
      hint: 'Nothing was changed on it. Look at the instance_id and public_ip that stack ec2 puts out; if the host is to change hands, remove /etc/millrace/worker.json on it first.',
    });
  }
  const fault = host.python === undefined ? undefined : findPythonFault(expected.ansible, host.python);
  if (fault !== undefined) throw new Failure({ where, ...fault });
}
