/** How far a connection to a host got, read from what `ssh -v` says. Source: OpenSSH 8 to 9, sshconnect.c and kex.c. */

/** What has to work in turn before a playbook can run. */
export const reachStages = [
  'name',
  'tcp',
  'proxy',
  'banner',
  'key exchange',
  'host key',
  'login',
  'command',
  'python',
] as const;
export type ReachStage = (typeof reachStages)[number];

/** Where a connection ended, and the words that say why. */
export type ReachFault = {
  readonly stage: ReachStage;
  readonly detail: string;
  /** The key that the host showed: `SHA256:...`; undefined where it did not come to that. */
  readonly shownFingerprint: string | undefined;
  /** Whether a host that is just starting answers in this way, so that waiting may help. */
  readonly mayPass: boolean;
};

/** What a reached host has told about itself. */
export type ReachedHost = {
  /** Version of its python3; undefined where it has none, which role python mends. */
  readonly python: string | undefined;
  /** The bucket that a worker on it works on; undefined on a host that has none yet. */
  readonly workerBucket: string | undefined;
};

export type Reach = ({ readonly kind: 'reached' } & ReachedHost) | ({ readonly kind: 'failed' } & ReachFault);

/** What is asked of a host, in one line for a POSIX shell that changes nothing. */
export const reachScript = [
  "echo 'millrace shell'",
  'if command -v python3 >/dev/null 2>&1',
  `then python3 -c 'import sys; print("millrace python " + ".".join(map(str, sys.version_info[:3])))' || exit 70`,
  'fi',
  `sed -n 's/.*"bucket": *"\\([^"]*\\)".*/millrace bucket \\1/p' /etc/millrace/worker.json 2>/dev/null || true`,
].join('; ');

const brokenPython = 70;

/**
 * Reads one attempt.
 * @param run what `ssh -v ... reachScript` ended with; exitCode null when it was stopped at its time limit
 */
export function parseReach(
  run: { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string },
  isProxied: boolean,
): Reach {
  const told = (name: string) => run.stdout.match(new RegExp(`^millrace ${name} ?(.*?)\\r?$`, 'm'))?.[1];
  if (run.exitCode === 0 && told('shell') !== undefined)
    return { kind: 'reached', python: told('python'), workerBucket: told('bucket') };
  const stage = findStage(run, isProxied, told('shell') !== undefined);
  const lines = plainLines(run.stderr);
  const isStarting = /System is booting up/.test(run.stderr);
  return {
    kind: 'failed',
    stage,
    detail: findDetail(stage, lines, run) ?? silence(run.exitCode),
    shownFingerprint: run.stderr.match(/^debug1: Server host key: \S+ (SHA256:\S+)/m)?.[1],
    mayPass: isStarting || ['name', 'tcp', 'proxy', 'banner', 'key exchange'].includes(stage),
  };
}

/** The stages before this one, in words. */
export function passedStages(stage: ReachStage, isProxied: boolean): readonly string[] {
  const way = reachStages.filter(name => (isProxied ? name !== 'name' && name !== 'tcp' : name !== 'proxy'));
  return way.slice(0, way.indexOf(stage)).map(name => stageWords[name].passed);
}

/** Each stage as a line of a message says it: passed, or where it ended. */
export const stageWords: Readonly<Record<ReachStage, { readonly passed: string; readonly failed: string }>> =
  {
    name: { passed: 'name', failed: 'its name is not known' },
    tcp: { passed: 'TCP', failed: 'TCP does not connect' },
    proxy: { passed: 'proxy', failed: 'the ProxyCommand ended before a connection was there' },
    banner: { passed: 'SSH banner', failed: 'something answers, but no SSH server does' },
    'key exchange': { passed: 'key exchange', failed: 'the SSH server agreed on no keys' },
    'host key': { passed: 'host key', failed: 'its host key is not the known one' },
    login: { passed: 'login', failed: 'the login is refused' },
    command: { passed: 'shell', failed: 'the login has no shell that runs commands' },
    python: { passed: 'Python', failed: 'its python3 does not run' },
  };

function findStage(
  run: { readonly exitCode: number | null; readonly stderr: string },
  isProxied: boolean,
  hasShell: boolean,
): ReachStage {
  const { stderr } = run;
  if (hasShell) return run.exitCode === brokenPython ? 'python' : 'command';
  if (/^(debug1: )?Authenticated to |^debug1: Authentication succeeded/m.test(stderr)) return 'command';
  if (/^Host key verification failed\.|^No .* host key is known for /m.test(stderr)) return 'host key';
  if (/^debug1: SSH2_MSG_NEWKEYS received|^debug1: Authentications that can continue/m.test(stderr))
    return 'login';
  if (/^debug1: Remote protocol version /m.test(stderr)) return 'key exchange';
  if (/Could not resolve hostname /.test(stderr)) return 'name';
  // A ProxyCommand that ends closes the pipe; where one stays, somebody was there who said nothing, or no SSH.
  if (isProxied) return /timed out during banner|: banner line /.test(stderr) ? 'banner' : 'proxy';
  return /^debug1: Connection established\./m.test(stderr) ? 'banner' : 'tcp';
}

/** The words that tell most: ssh's own, or what the ProxyCommand or the shell has said. */
function findDetail(
  stage: ReachStage,
  lines: readonly string[],
  run: { readonly stdout: string; readonly stderr: string },
): string | undefined {
  if (stage === 'proxy') return lines.find(line => !isFromSsh(line)) ?? lines.at(-1);
  if (stage === 'banner') return run.stderr.match(/banner line 0: (.*?)\r?$/m)?.[1] ?? lines.find(isFromSsh);
  if (stage === 'login') {
    const key = lines.find(line => /^Load key |^Warning: Identity file /.test(line));
    return [...(key === undefined ? [] : [key]), ...lines.slice(-1)].join('; ') || undefined;
  }
  if (stage === 'host key') return lines.find(line => /host key is known|has changed/i.test(line));
  if (stage === 'command') return lines.at(-1) ?? run.stdout.trim().split('\n').at(-1);
  return lines.at(-1);
}

function plainLines(stderr: string): readonly string[] {
  return withoutInterruptions(stderr)
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(
      line =>
        line !== '' &&
        !/^(debug\d:|OpenSSH_|Transferred:|Bytes per second:|Authenticated to |@.*@$)/.test(line),
    );
}

/** A ProxyCommand writes to the same stream: what ssh tells of itself may come in the middle of its line. */
function withoutInterruptions(stderr: string): string {
  return stderr.replace(/(?<=[^\r\n])(?:debug\d: [^\r\n]*\r?\n)+/g, '');
}

function isFromSsh(line: string): boolean {
  return /^(ssh: |kex_exchange_identification|ssh_exchange_identification|Connection (closed|reset|timed out|to ))/.test(
    line,
  );
}

function silence(exitCode: number | null): string {
  return exitCode === null ? 'no answer in time' : `ssh ended with exit code ${exitCode} and no word`;
}
