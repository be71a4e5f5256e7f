/** What the container host's root file system consists of, and the command that builds it. */
import { createHash } from 'node:crypto';

/** What a cloud image of the same system has. The playbook finds cron and logrotate installed: it has no network. */
const hostPackages = [
  'openssh-server',
  'cron',
  'logrotate',
  'python3',
  // Without it Ansible's package module tries to install it by itself.
  'python3-apt',
  'sudo',
  'ca-certificates',
] as const;

/**
 * mmdebstrap leaves this machine's package sources and name servers in the image, which may name internal
 * hosts; a host key in the image would be shared by all containers made from it.
 * Manuals and translations are a quarter of the size.
 */
export const cleanUpHook =
  'rm -rf "$1"/usr/share/doc "$1"/usr/share/man "$1"/usr/share/locale "$1"/usr/share/info && ' +
  'rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/* "$1"/etc/apt/apt.conf.d/99mmdebstrap' +
  ' "$1"/etc/ssh/ssh_host_* && : >"$1"/etc/resolv.conf && echo localhost >"$1"/etc/hostname';

/**
 * A container has no init that starts services apart from logins: a cron that was started over ssh carries the login's
 * id and may not change it, and PAM would then refuse every job.
 */
const loginIdHook = `sed -i '/pam_loginuid/s/required/optional/' "$1"/etc/pam.d/cron`;

/** What a root file system is made of: packages, and scripts that change it before it is packed. */
export type HostRecipe = { readonly packages: readonly string[]; readonly hooks: readonly string[] };

export const containerRecipe: HostRecipe = { packages: hostPackages, hooks: [loginIdHook, cleanUpHook] };

/** Arguments of mmdebstrap: the sources come on standard input, `mode` is root or unshare (no root needed). */
export function hostImageArgv(input: {
  readonly recipe: HostRecipe;
  readonly suite: string;
  readonly tarFile: string;
  readonly mode: 'root' | 'unshare';
}): string[] {
  return [
    `--mode=${input.mode}`,
    '--variant=minbase',
    '--format=tar',
    `--include=${input.recipe.packages.join(',')}`,
    ...input.recipe.hooks.map(hook => `--customize-hook=${hook}`),
    input.suite,
    input.tarFile,
    '-',
  ];
}

/** The name under which an image is kept: everything that decides its content is hashed into it. */
export function hostImageKey(input: {
  readonly recipe: HostRecipe;
  readonly suite: string;
  readonly sources: string;
}): string {
  const { recipe, suite, sources } = input;
  const parts = [recipe.packages.join(','), ...recipe.hooks, suite, sources];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12);
}

/** `VERSION_CODENAME` of an os-release file (os-release(5)), or undefined. */
export function parseSuite(osRelease: string): string | undefined {
  return /^VERSION_CODENAME=["']?([a-z]+)["']?\s*$/m.exec(osRelease)?.[1];
}
