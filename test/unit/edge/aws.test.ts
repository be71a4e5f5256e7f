import { createServer, type Server } from 'node:http';
import t, { type Test } from 'tap';
import {
  type AwsAccess,
  createS3,
  readConsoleOutput,
  requireAccount,
  requireInstanceType,
  withCredentials,
} from '../../../scripts/edge/aws.ts';

const region = 'us-east-1';
const accountId = '123456789012';

t.test('refuses a local endpoint that is not a loopback address in digits', async t => {
  for (const endpoint of [
    'https://s3.us-east-1.amazonaws.com',
    'http://10.0.0.1:4566',
    'http://0.0.0.0:4566',
    'http://localhost:4566',
    'http://127.0.0.1.example.com:4566',
    'http://127.0.0.1@example.com:4566',
    'http://169.254.169.254',
    'http://[::1]:4566',
  ]) {
    t.throws(() => createS3({ region, local: { endpoint, accountId } }), {
      name: 'Failure',
      message: `local target: refuses to reach anything but loopback, got ${endpoint}`,
    });
  }
});

t.test("never uses the caller's credentials on the local target", async t => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAPOISON', AWS_SECRET_ACCESS_KEY: 'poison' });
  t.teardown(() => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
  });
  const s3 = createS3({ region, local: { endpoint: 'http://127.0.0.1:4566', accountId } });
  t.teardown(() => s3.destroy());
  t.match(await s3.config.credentials(), { accessKeyId: accountId, secretAccessKey: 'local' });
  t.match(await s3.config.endpoint?.(), { hostname: '127.0.0.1', port: 4566 });
});

t.test("takes the caller's chosen credentials on AWS alone", async t => {
  const keys = { accessKeyId: 'AKIA1', secretAccessKey: 'secret', sessionToken: 'token' };
  const choice = { kind: 'given', keys } as const;
  t.strictSame(withCredentials({ region }, { kind: 'chain' }), { region });
  const s3 = createS3(withCredentials({ region }, choice));
  t.teardown(() => s3.destroy());
  t.match(await s3.config.credentials(), keys);
  const local = { region, local: { endpoint: 'http://127.0.0.1:4566', accountId } };
  t.strictSame(withCredentials(local, choice), local);
});

t.test('accepts the account of the config and refuses any other', async t => {
  const xml = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${accountId}:root</Arn><UserId>u</UserId><Account>${accountId}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/xml' }).end(xml),
  );
  const access = await accessTo(t, server);
  await t.resolves(requireAccount(access, accountId));
  await t.rejects(requireAccount(access, '210987654321'), {
    name: 'Failure',
    message: `account.id: expects the account of the credentials in use, ${accountId}, got 210987654321`,
  });
});

t.test('refuses an instance type that EC2 does not have', async t => {
  const known = '<item><instanceType>t3.micro</instanceType></item>';
  let asked = '';
  const server = createServer(async (request, response) => {
    asked = '';
    for await (const chunk of request) asked += chunk;
    const items = asked.includes('t3.micro') ? known : '';
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        `<DescribeInstanceTypesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><instanceTypeSet>${items}</instanceTypeSet></DescribeInstanceTypesResponse>`,
      );
  });
  const access = await accessTo(t, server);
  await t.resolves(requireInstanceType(access, 't3.micro'));
  await t.rejects(requireInstanceType(access, 't3.humongous'), {
    name: 'Failure',
    message: 'compute.instanceType: expects a type that EC2 has in us-east-1, got t3.humongous',
  });
  t.match(asked, 'Filter.1.Value.1=t3.humongous');
});

t.test(
  'reads what a console was posted, else what stands there now, where the instance can tell',
  async t => {
    const answers = new Map<string, string>();
    const server = createServer(async (request, response): Promise<void> => {
      let asked = '';
      for await (const chunk of request) asked += chunk;
      const text = answers.get(asked.includes('Latest=true') ? 'now' : 'posted');
      if (text === undefined) {
        const error =
          '<Response><Errors><Error><Code>UnsupportedOperation</Code></Error></Errors></Response>';
        response.writeHead(400, { 'content-type': 'text/xml' }).end(error);
        return;
      }
      response
        .writeHead(200, { 'content-type': 'text/xml' })
        .end(
          `<GetConsoleOutputResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><output>${Buffer.from(text).toString('base64')}</output></GetConsoleOutputResponse>`,
        );
    });
    const access = await accessTo(t, server);
    answers.set('posted', '');
    t.equal(await readConsoleOutput(access, 'i-1'), '', 'an older type of instance');
    answers.set('now', 'booting');
    t.equal(await readConsoleOutput(access, 'i-1'), 'booting');
    answers.set('posted', 'keys');
    t.equal(await readConsoleOutput(access, 'i-1'), 'keys');
    answers.delete('posted');
    await t.rejects(readConsoleOutput(access, 'i-1'), { name: 'UnsupportedOperation' });
  },
);

t.test('says what to do when nothing answers', async t => {
  const access = { region, local: { endpoint: 'http://127.0.0.1:1', accountId } };
  await t.rejects(requireAccount(access, accountId), {
    name: 'Failure',
    where: 'AWS credentials',
    hint: 'The emulator does not answer: run the command again.',
  });
});

/** Where a server that listens until the test's end stands for AWS. */
async function accessTo(t: Test, server: Server): Promise<AwsAccess> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { region, local: { endpoint: `http://127.0.0.1:${port}`, accountId } };
}
