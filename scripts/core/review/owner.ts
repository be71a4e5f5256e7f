/** To what a rule, a policy or a protection belongs that is a resource of its own: what it is for one says nothing of another. */
import { textOf } from './policy.ts';
import type { Node } from './value-tree.ts';

type Compared = { readonly before: Node | undefined; readonly after: Node | undefined };

const ownerNames = [
  'security_group_id',
  'network_acl_id',
  'bucket',
  'role',
  'user',
  'group',
  'queue_url',
  'key_id',
  'resource_arn',
  'secret_arn',
  'stream_arn',
  'repository',
  'repository_name',
  'domain_name',
  'backup_vault_name',
  'vault_name',
  'file_system_id',
  'vpc_endpoint_id',
  'event_bus_name',
  'rest_api_id',
  'target_id',
];

/** Whether it goes to another resource, or to one that is made in the same run. */
export function findOwnerChange({ before, after }: Compared): 'none' | 'another' | 'unknown' {
  if (before?.kind !== 'map' || after?.kind !== 'map') return 'none';
  const isOther = (name: string) => {
    const [was, is] = [textOf(before.entries.get(name)), textOf(after.entries.get(name))];
    return was !== undefined && is !== undefined && was !== is;
  };
  // `arn` is that of the owner where the configuration sets it; its own is known after apply.
  if ([...ownerNames, 'arn'].some(isOther)) return 'another';
  const isUnknown = (name: string) => after.entries.get(name)?.kind === 'unknown';
  return ownerNames.some(isUnknown) ? 'unknown' : 'none';
}
