import t from 'tap';
import { requireFittingHost } from '../../../scripts/core/host-check.ts';

const expected = { name: 'ec2-user@203.0.113.7', workerBucket: 'acme-dev-worker', ansible: '2.16.19' };

t.test('lets a new host pass, and one of this environment', async t => {
  t.doesNotThrow(() => requireFittingHost({ python: undefined, workerBucket: undefined }, expected));
  t.doesNotThrow(() => requireFittingHost({ python: '3.9.16', workerBucket: 'acme-dev-worker' }, expected));
});

t.test('refuses a host of another environment, naming both', async t => {
  t.throws(() => requireFittingHost({ python: '3.9.16', workerBucket: 'acme-prod-worker' }, expected), {
    message:
      'host ec2-user@203.0.113.7: belongs to another environment: expects a worker of bucket acme-dev-worker, got one of acme-prod-worker',
  });
});

t.test('refuses a host whose Python this ansible-core cannot work with', async t => {
  t.throws(() => requireFittingHost({ python: '3.13.1', workerBucket: undefined }, expected), {
    message:
      'host ec2-user@203.0.113.7: ansible-core 2.16.19 manages hosts with Python 2.7, 3.6 to 3.12, got Python 3.13.1',
  });
});
