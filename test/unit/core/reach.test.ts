import t from 'tap';
import { parseReach, passedStages, reachStages } from '../../../scripts/core/reach.ts';

/** What OpenSSH 9.2 has said with -v, shortened to the lines that tell something. */
const connected = 'debug1: Connecting to 127.0.0.1 [127.0.0.1] port 22.\ndebug1: Connection established.\n';
const greeted = `${connected}debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2p1\n`;
const shown = `${greeted}debug1: Server host key: ssh-ed25519 SHA256:hRxnJDY7OQdH0eYAF6wN\n`;
const trusted = `${shown}debug1: SSH2_MSG_NEWKEYS received\n`;
const authenticated = `${trusted}Authenticated to 127.0.0.1 ([127.0.0.1]:22) using "publickey".\n`;
const trailer =
  'Transferred: sent 3488, received 3356 bytes, in 0.1 seconds\nBytes per second: sent 5.0, received 5.0\n';
const proxied = 'debug1: Executing proxy command: exec aws ssm start-session\n';

const closed =
  'kex_exchange_identification: Connection closed by remote host\nConnection closed by UNKNOWN port 65535\n';
const attempts = [
  {
    stage: 'name',
    stderr: 'ssh: Could not resolve hostname nowhere.invalid: Name or service not known\n',
    detail: 'ssh: Could not resolve hostname nowhere.invalid: Name or service not known',
    mayPass: true,
  },
  {
    stage: 'tcp',
    stderr:
      'debug1: connect to address 127.0.0.1 port 1: Connection refused\nssh: connect to host 127.0.0.1 port 1: Connection refused\n',
    detail: 'ssh: connect to host 127.0.0.1 port 1: Connection refused',
    mayPass: true,
  },
  {
    stage: 'proxy',
    isProxied: true,
    stderr: `${proxied}\nAn error occurred (TargetNotConnected) when calling the StartSession operation: i-0abc is not connected.\n${closed}`,
    detail:
      'An error occurred (TargetNotConnected) when calling the StartSession operation: i-0abc is not connected.',
    mayPass: true,
  },
  {
    stage: 'banner',
    stderr: `${connected}debug1: kex_exchange_identification: banner line 0: HTTP/1.1 400 Bad Request\nConnection timed out during banner exchange\nConnection to 127.0.0.1 port 22 timed out\n`,
    detail: 'HTTP/1.1 400 Bad Request',
    mayPass: true,
  },
  {
    stage: 'banner',
    isProxied: true,
    stderr: `${proxied}Connection timed out during banner exchange\nConnection to UNKNOWN port 65535 timed out\n`,
    detail: 'Connection timed out during banner exchange',
    mayPass: true,
  },
  {
    stage: 'banner',
    stderr: `${connected}kex_exchange_identification: read: Connection reset by peer\nConnection reset by 127.0.0.1 port 22\n`,
    detail: 'kex_exchange_identification: read: Connection reset by peer',
    mayPass: true,
  },
  { stage: 'key exchange', stderr: greeted, exitCode: null, detail: 'no answer in time', mayPass: true },
  {
    stage: 'host key',
    stderr: `${shown}@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@\nHost key for 127.0.0.1 has changed and you have requested strict checking.\nHost key verification failed.\n`,
    detail: 'Host key for 127.0.0.1 has changed and you have requested strict checking.',
    shownFingerprint: 'SHA256:hRxnJDY7OQdH0eYAF6wN',
    mayPass: false,
  },
  {
    stage: 'host key',
    stderr: `${shown}No ED25519 host key is known for 127.0.0.1 and you have requested strict checking.\nHost key verification failed.\n`,
    detail: 'No ED25519 host key is known for 127.0.0.1 and you have requested strict checking.',
    shownFingerprint: 'SHA256:hRxnJDY7OQdH0eYAF6wN',
    mayPass: false,
  },
  {
    stage: 'login',
    stderr: `Warning: Identity file /k/id not accessible: No such file or directory.\n${trusted}ec2-user@127.0.0.1: Permission denied (publickey).\n`,
    detail:
      'Warning: Identity file /k/id not accessible: No such file or directory.; ec2-user@127.0.0.1: Permission denied (publickey).',
    shownFingerprint: 'SHA256:hRxnJDY7OQdH0eYAF6wN',
    mayPass: false,
  },
  {
    stage: 'login',
    stderr: `${trusted}"System is booting up. Unprivileged users are not permitted to log in yet."\nConnection closed by 127.0.0.1 port 22\n`,
    detail: 'Connection closed by 127.0.0.1 port 22',
    shownFingerprint: 'SHA256:hRxnJDY7OQdH0eYAF6wN',
    mayPass: true,
  },
  {
    stage: 'command',
    stderr: `${authenticated}${trailer}debug1: Exit status 1\n`,
    stdout: 'This account is currently not available.\n',
    exitCode: 1,
    detail: 'This account is currently not available.',
    shownFingerprint: 'SHA256:hRxnJDY7OQdH0eYAF6wN',
    mayPass: false,
  },
  {
    stage: 'python',
    stderr: `${authenticated}python3: error while loading shared libraries: libz.so.1\n${trailer}`,
    stdout: 'millrace shell\n',
    exitCode: 70,
    detail: 'python3: error while loading shared libraries: libz.so.1',
    shownFingerprint: 'SHA256:hRxnJDY7OQdH0eYAF6wN',
    mayPass: false,
  },
] as const;

for (const attempt of attempts) {
  const { stage, stderr, detail, mayPass } = attempt;
  t.test(`ends at the stage "${stage}" after: ${stderr.trim().split('\n').at(-1)}`, async t => {
    const exitCode = 'exitCode' in attempt ? attempt.exitCode : 255;
    const stdout = 'stdout' in attempt ? attempt.stdout : '';
    t.strictSame(parseReach({ exitCode, stdout, stderr }, 'isProxied' in attempt), {
      kind: 'failed',
      stage,
      detail,
      shownFingerprint: 'shownFingerprint' in attempt ? attempt.shownFingerprint : undefined,
      mayPass,
    });
  });
}

t.test('knows an example of every stage', async t => {
  t.strictSame([...new Set(attempts.map(({ stage }) => stage))], [...reachStages]);
});

t.test('tells what a reached host says of itself, whatever else its login prints', async t => {
  const stdout = 'Welcome!\nmillrace shell\r\nmillrace python 3.9.16\r\nmillrace bucket acme-dev-worker\n';
  t.strictSame(parseReach({ exitCode: 0, stdout, stderr: authenticated }, false), {
    kind: 'reached',
    python: '3.9.16',
    workerBucket: 'acme-dev-worker',
  });
  t.strictSame(parseReach({ exitCode: 0, stdout: 'millrace shell\n', stderr: '' }, true), {
    kind: 'reached',
    python: undefined,
    workerBucket: undefined,
  });
});

t.test('names the stages on the way there, each way its own', async t => {
  t.strictSame(passedStages('host key', false), ['name', 'TCP', 'SSH banner', 'key exchange']);
  t.strictSame(passedStages('host key', true), ['proxy', 'SSH banner', 'key exchange']);
  t.strictSame(passedStages('name', false), []);
  t.strictSame(passedStages('proxy', true), []);
});
