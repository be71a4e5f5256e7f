import t from 'tap';
import { renderFailure } from '../../../scripts/core/failure.ts';
import { type HostAccess, reachFailure } from '../../../scripts/core/host-access.ts';
import { type ReachStage, reachStages } from '../../../scripts/core/reach.ts';

const publicSsh: HostAccess = {
  transport: 'public-ssh',
  connection: { host: '203.0.113.7', user: 'ec2-user', knownHostsFile: '/b/dev/ssh/known_hosts' },
  sources: {
    address: 'output public_ip of stack ec2',
    hostKeys: 'the console of i-0abc',
    identity: 'in your ssh agent',
  },
};
const session: HostAccess = {
  ...publicSsh,
  transport: 'ssm',
  connection: { ...publicSsh.connection, host: 'i-0abc', proxyCommand: 'aws ssm start-session' },
};
const again = 'npx zx scripts/deploy.mjs --env dev';

function textOf(stage: ReachStage, detail = 'some words', access = publicSsh, knownHosts = ''): string {
  const fault = { stage, detail, shownFingerprint: 'SHA256:shown', mayPass: false };
  return renderFailure(reachFailure(access, fault, { environment: 'dev', knownHosts, again }));
}

t.test('tells for every stage how far it got, what it met and what to do', async t => {
  const texts = reachStages.map(stage =>
    textOf(stage, 'some words', stage === 'proxy' ? session : publicSsh),
  );
  t.equal(new Set(texts).size, reachStages.length, 'each in words of its own');
  for (const text of texts) {
    t.match(
      text,
      /^host ec2-user@\S+: cannot be reached.*: .+: (some words|expects a known key, got SHA256:shown)\n/,
    );
    t.match(
      text,
      /\n {2}By hand: ssh -v -F build\/dev\/ssh_config worker\. Then: npx zx scripts\/deploy\.mjs --env dev$/,
    );
  }
  t.match(
    textOf('tcp'),
    /\(passed: name\): TCP does not connect: some words\n {2}Port 22 is open to compute\.callerCidr alone/,
  );
  t.match(
    textOf('login'),
    /host key\): the login is refused[\s\S]*user ec2-user \(ssh\.user\) and the key in your ssh agent/,
  );
});

t.test('explains a host key that is not the known one with both fingerprints, and the way out', async t => {
  const text = textOf('host key', 'x', publicSsh, '# i-0abc\n203.0.113.7 ssh-ed25519 AAAA\n');
  t.match(text, /expects SHA256:\S{43} \(ssh-ed25519\), got SHA256:shown\n/);
  t.match(text, /Either the host got new keys .+, or someone answers in its place\. .* nothing accepted/);
  t.match(
    text,
    /Where it is another instance, or that file was changed: rm '\/b\/dev\/ssh\/known_hosts'\. The keys are then read anew from the console of i-0abc/,
  );
  t.match(
    text,
    /made anew on the same instance, its console tells the old ones .+ put them into '\/b\/dev\/ssh\/known_hosts' below its first line, as '203\.0\.113\.7 <type> <key>'/,
  );
});

t.test('says of a container that it tells its new keys by itself', async t => {
  const container: HostAccess = {
    ...publicSsh,
    transport: 'container',
    sources: { ...publicSsh.sources, hostKeys: 'the container itself' },
  };
  const text = textOf('host key', 'x', container);
  t.match(text, /Where you know why: rm .+ read anew from the container itself/);
  t.notMatch(text, /instance/);
});

t.test('knows what a session of Systems Manager means by its errors', async t => {
  for (const [detail, hint] of [
    ['An error occurred (TargetNotConnected) when calling', /endpoints ssm and ssmmessages/],
    ['An error occurred (AccessDeniedException) when calling', /ssm:StartSession/],
    ['SessionManagerPlugin is not found.', /session-manager-working-with-install-plugin/],
    ['Unable to locate credentials', /aws sso login/],
    ['An error occurred (ExpiredTokenException) when calling', /aws sso login/],
    ['zsh: command not found', /Try the session alone: aws ssm start-session/],
  ] as const) {
    t.match(textOf('proxy', detail, session), hint, detail);
  }
});
