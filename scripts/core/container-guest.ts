/** The shell scripts that run inside the container of the local target. */

export const hostKeyFile = '/etc/ssh/ssh_host_ed25519_key';

/**
 * The first process of the container. It becomes sshd, which ends at once on TERM and collects the children
 * that cron leaves behind. A pid file from before a restart would keep cron from starting.
 */
export const initScript = `set -eu
mkdir -p /run/sshd
[ -f ${hostKeyFile} ] || ssh-keygen -q -t ed25519 -N '' -C '' -f ${hostKeyFile}
rm -f /run/crond.pid
cron
exec /usr/sbin/sshd -D -e -h ${hostKeyFile}
`;

/**
 * Makes the login user `$1` with the public key `$2` and sudo, as a cloud image has it, and prints the host
 * key. useradd locks the account, and sshd refuses a locked one even with a key: hence the password `*`.
 */
export const loginScript = `set -eu
id -u "$1" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$1"
usermod --password '*' "$1"
printf '%s ALL=(ALL) NOPASSWD: ALL\\n' "$1" >/etc/sudoers.d/login
chmod 0440 /etc/sudoers.d/login
home=$(getent passwd "$1" | cut -d: -f6)
install -d -m 0700 -o "$1" -g "$1" "$home/.ssh"
printf '%s\\n' "$2" >"$home/.ssh/authorized_keys"
chown "$1:$1" "$home/.ssh/authorized_keys"
chmod 0600 "$home/.ssh/authorized_keys"
for attempt in $(seq 50); do
  [ -s ${hostKeyFile}.pub ] && exec cat ${hostKeyFile}.pub
  sleep 0.1
done
echo 'no host key after 5 s' >&2
exit 1
`;
