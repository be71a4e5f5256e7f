import { chmodSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parseConfig } from '../../../scripts/core/config.ts';
import { buildNames } from '../../../scripts/core/names.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { createAwsTarget } from '../../../scripts/edge/target-aws.ts';

const example = readFileSync(join(projectRoot, 'config/aws.example.yaml'), 'utf8');
const ssm = example
  .replace('transport: public-ssh', 'transport: ssm')
  .replace(/^ {2}callerCidr: .*\n/m, '')
  .replace('secretsmanager, sts]', 'secretsmanager, ssm, ssmmessages, sts]');
const ec2 = {
  worker_bucket: 'acme-dev-worker',
  instance_id: 'i-0123456789abcdef0',
  public_ip: '203.0.113.7',
  security_group_id: 'sg-1',
  log_group: '/millrace/acme-dev/worker',
};

/** The target of a config, with a server that stands for EC2 and shows one host key on every console. */
async function targetOf(t: Test, text: string, tools: readonly string[]) {
  const keys =
    '-----BEGIN SSH HOST KEY KEYS-----\nssh-ed25519 AAAAkey root@ip\n-----END SSH HOST KEY KEYS-----\n';
  const server = createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        `<GetConsoleOutputResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><output>${Buffer.from(keys).toString('base64')}</output></GetConsoleOutputResponse>`,
      ),
  );
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const dir = t.testdir({ bin: Object.fromEntries(tools.map(name => [name, '#!/bin/sh\necho 9.9.9\n'])) });
  for (const name of tools) chmodSync(join(dir, 'bin', name), 0o755);
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'y',
    PATH: `${join(dir, 'bin')}:/usr/bin:/bin`,
  });
  t.teardown(() => {
    process.env = before;
    server.close();
    server.closeAllConnections();
  });
  const config = parseConfig(text, 'config/dev.yaml');
  const buildDir = join(dir, 'build/dev');
  const target = createAwsTarget({
    root: projectRoot,
    environment: 'dev',
    config,
    names: buildNames(config, 'dev'),
    buildDir,
    logDir: join(buildDir, 'logs'),
    cacheDir: join(dir, 'cache'),
  });
  return { target, dir, knownHostsFile: join(buildDir, 'ssh/known_hosts') };
}

t.test('reaches a public host by its address, with a key that lies at home', async t => {
  const text = example.replace('# privateKeyFile: ~/', 'privateKeyFile: ~/');
  const { target, knownHostsFile } = await targetOf(t, text, []);
  const told: string[] = [];
  t.match(await target.connectHost(ec2, line => told.push(line)), {
    transport: 'public-ssh',
    connection: {
      host: '203.0.113.7',
      user: 'ec2-user',
      knownHostsFile,
      identityFile: /^\/.+\/\.ssh\/id_ed25519$/,
    },
    sources: { address: 'output public_ip of stack ec2', identity: 'ssh.privateKeyFile of the config' },
  });
  t.equal(readFileSync(knownHostsFile, 'utf8'), '# i-0123456789abcdef0\n203.0.113.7 ssh-ed25519 AAAAkey\n');
  t.match(await target.connectHost({ ...ec2, public_ip: '203.0.113.8' }, line => told.push(line)), {
    connection: { host: '203.0.113.8', proxyCommand: undefined },
  });
  t.match(readFileSync(knownHostsFile, 'utf8'), /^203\.0\.113\.8 ssh-ed25519 AAAAkey$/m, 'a changed address');
  t.strictSame(told, []);
});

t.test('reaches a private host by its id, through a session', async t => {
  const { target, dir, knownHostsFile } = await targetOf(t, ssm, ['aws', 'session-manager-plugin']);
  const { transport, connection, sources } = await target.connectHost(
    { ...ec2, public_ip: '' },
    () => undefined,
  );
  t.strictSame(connection, {
    host: 'i-0123456789abcdef0',
    user: 'ec2-user',
    knownHostsFile,
    proxyCommand: `${join(dir, 'bin/aws')} ssm start-session --region eu-west-1 --target %h --document-name AWS-StartSSHSession --parameters portNumber=%p`,
  });
  t.strictSame([transport, sources.identity], ['ssm', 'in your ssh agent']);
  t.match(sources.address, 'output instance_id of stack ec2');
  t.match(readFileSync(knownHostsFile, 'utf8'), /^i-0123456789abcdef0 ssh-ed25519 AAAAkey$/m);
});

t.test("gives the host the Node.js of its type's processor", async t => {
  t.equal((await targetOf(t, example, [])).target.nodeArch, 'x64');
  const text = example.replace('instanceType: t3.micro', 'instanceType: t4g.micro');
  t.equal((await targetOf(t, text, [])).target.nodeArch, 'arm64');
});

t.test('asks for tools and key before anything is applied', async t => {
  const { target } = await targetOf(t, ssm, ['aws']);
  await t.rejects(target.requireHostAccess(), { message: /^session-manager-plugin: is not on PATH/ });
  const { target: open } = await targetOf(t, example, []);
  await t.rejects(open.requireHostAccess(), { message: /^ssh\.publicKey: expects its private half/ });
});
