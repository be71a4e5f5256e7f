/** Settings of a caller's own by which Ansible would take another host's key, or another host, were they heeded. */
const careless = '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o HostKeyAlias=other';

export const hostileVariables: Readonly<Record<string, string>> = {
  ANSIBLE_HOST_KEY_CHECKING: 'False',
  ANSIBLE_SSH_HOST_KEY_CHECKING: 'False',
  ANSIBLE_SSH_ARGS: careless,
  ANSIBLE_SSH_COMMON_ARGS: careless,
  ANSIBLE_SSH_EXTRA_ARGS: careless,
  ANSIBLE_SFTP_EXTRA_ARGS: careless,
  ANSIBLE_SCP_EXTRA_ARGS: careless,
  ANSIBLE_SSH_EXECUTABLE: '/bin/true',
  ANSIBLE_SSH_CONTROL_PATH: '/tmp/of-another-host',
  ANSIBLE_REMOTE_PORT: '2222',
  ANSIBLE_REMOTE_USER: 'other',
  ANSIBLE_TRANSPORT: 'local',
};

export const hostileConfig = `[defaults]
host_key_checking = False
transport = local
remote_port = 2222
remote_user = other
[ssh_connection]
host_key_checking = False
ssh_args = ${careless}
ssh_common_args = ${careless}
ssh_extra_args = ${careless}
sftp_extra_args = ${careless}
scp_extra_args = ${careless}
ssh_executable = /bin/true
control_path = /tmp/of-another-host
`;
