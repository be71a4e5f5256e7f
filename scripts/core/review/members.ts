/** Whom and what a resource names that grants something, compared as sets: what is new in one may be more than was granted. */
import type { Risk } from './model.ts';
import { textOf } from './policy.ts';
import { knownAfterApply } from './value-text.ts';
import { keyOf, type Node } from './value-tree.ts';

type Rule = {
  readonly types: RegExp;
  /** The last name of the path to the attribute; a block of this name is one member. */
  readonly names: RegExp;
  readonly rule: Risk['rule'];
  /** A limit may limit less when it is another one or gone; a list grants more when it gains a member. */
  readonly kind: 'list' | 'limit';
};

const rules: readonly Rule[] = [
  {
    types: /./,
    names: /^permissions_boundary(_arn)?$/,
    rule: 'grant',
    kind: 'limit',
  },
  {
    types: /^aws_(\w*_permission|kms_grant)$/,
    names:
      /^(source_arn|source_account|principal_org_id|organization_id|constraints|condition|function_url_auth_type)$/,
    rule: 'grant',
    kind: 'limit',
  },
  {
    types:
      /^aws_(iam_(\w*(attachments?|attachments_exclusive|membership)|instance_profile)|\w*_permissions?|kms_grant|lakeformation_\w+|ssoadmin_\w+|ram_\w+|eks_access_\w+|s3control_access_grant|vpc_endpoint_service\w*|identitystore_group_membership)$/,
    names:
      /^((managed_)?policy_arns?|customer_managed_policy_reference|permission_set_arn|(kubernetes_)?groups?|users?|roles?|member_id|permissions?(_with_grant_option)?|operations|actions?|principals?|principal_(id|arn)|grantee(_principal)?|allowed_principals|(read_only_)?admins|trusted_resource_owners|create_(database|table)_default_permissions|external_data_filtering_allow_list|account_id|organization_arn|function_name|key_id|target_id|resource_arn|database|table|table_with_columns|data_location|lf_tag|lf_tag_policy|data_cells_filter)$/,
    rule: 'grant',
    kind: 'list',
  },
  {
    types: /^aws_glue_catalog_database$/,
    names: /^create_table_default_permission$/,
    rule: 'grant',
    kind: 'list',
  },
  { types: /^aws_iam_role$/, names: /^managed_policy_arns$/, rule: 'grant', kind: 'list' },
  { types: /^aws_ssm_document$/, names: /^account_ids$/, rule: 'grant', kind: 'list' },
  { types: /^aws_s3_bucket(_acl)?$/, names: /^grant$/, rule: 'grant', kind: 'list' },
  { types: /^aws_(db|rds)_\w*snapshot\w*$/, names: /^shared_accounts$/, rule: 'grant', kind: 'list' },
  {
    types: /^aws_(?!security_group|vpc_security_group|default_security_group)/,
    names: /^(vpc_)?security_group(s|_ids)$|^public_access_cidrs$/,
    rule: 'network',
    kind: 'list',
  },
];

/** Managed policies that allow nearly everything, or to give oneself anything. */
const sweepingPolicy =
  /policy\/(?:[\w+=,.@-]+\/)*(AdministratorAccess|PowerUserAccess|IAMFullAccess|\w+FullAccess)$/;
const everybody =
  /^(\*|[Aa]ll|IAM_ALLOWED_PRINCIPALS|https?:\/\/acs\.amazonaws\.com\/groups\/global\/(AllUsers|AuthenticatedUsers))$/;

type Compared = {
  readonly type: string;
  readonly before: Node | undefined;
  readonly after: Node | undefined;
};

/** Of a changed resource: members that are new, limits that are others or gone, and what cannot be read of both. */
export function widenedMembers({ type, before, after }: Compared): readonly Risk[] {
  return rules
    .filter(({ types }) => types.test(type))
    .flatMap(({ names, rule, kind }) => {
      const [old, young] = [membersOf(before, names), membersOf(after, names)];
      return [...new Set([...old.keys(), ...young.keys()])]
        .flatMap(name => {
          const [was, is] = [old.get(name) ?? [], young.get(name) ?? []];
          return kind === 'limit' ? lessLimited(name, was, is) : gained(name, was, is);
        })
        .map(text => ({ rule, text }));
    });
}

/** Of a new resource: policies that allow nearly everything, and everybody without a limit. */
export function sweepingMembers({ type, after }: Pick<Compared, 'type' | 'after'>): readonly Risk[] {
  const found = rules.filter(({ types }) => types.test(type));
  const namesOf = (wanted: Rule['kind']) =>
    found
      .filter(({ kind }) => kind === wanted)
      .flatMap(({ names }) => [...membersOf(after, names)])
      .flatMap(([name, members]) => members.map(member => ({ name, member })));
  const isLimited = namesOf('limit').some(({ member }) => keyOf(member) !== '"NONE"');
  return namesOf('list').flatMap(({ name, member }): Risk[] => {
    const texts = textsIn(member);
    const policy = texts
      .find(text => sweepingPolicy.test(text))
      ?.split('/')
      .at(-1);
    if (policy !== undefined) return [{ rule: 'grant', text: `attaches ${policy}` }];
    const isOpen = texts.some(text => everybody.test(text)) && !isLimited;
    return isOpen ? [{ rule: 'grant', text: `grants to everybody (${name}: ${describe(member)})` }] : [];
  });
}

function gained(name: string, before: readonly Node[], after: readonly Node[]): readonly string[] {
  const old = new Set(before.map(memberKey));
  return after
    .filter(member => holdsUnknown(member) || !old.has(memberKey(member)))
    .map(member => `new in ${name}: ${describe(member)}`);
}

function lessLimited(name: string, before: readonly Node[], after: readonly Node[]): readonly string[] {
  if (before.length === 0) return [];
  const isSame = before.map(memberKey).join() === after.map(memberKey).join();
  if (isSame) return [];
  const [first] = after;
  if (first === undefined) return [`what limited it is taken away (${name})`];
  return [`what limits it is another (${name}: ${describe(first)})`];
}

/** By the name, without what is empty. */
function membersOf(node: Node | undefined, names: RegExp): ReadonlyMap<string, readonly Node[]> {
  const found = new Map<string, readonly Node[]>();
  const visit = (item: Node | undefined) => {
    if (item?.kind === 'list') item.items.forEach(visit);
    if (item?.kind !== 'map') return;
    for (const [name, value] of item.entries) {
      if (names.test(name)) {
        const members = (value.kind === 'list' ? value.items : [value])
          .flatMap(splitList)
          .filter(member => textOf(member) !== '');
        found.set(name, [...(found.get(name) ?? []), ...members]);
      } else visit(value);
    }
  };
  visit(node);
  return found;
}

/** A text may be a list with commas. */
function splitList(member: Node | undefined): readonly Node[] {
  const texts = textOf(member)?.split(/, */) ?? [];
  if (texts.length > 1) return texts.map(value => ({ kind: 'scalar', value }));
  return member === undefined ? [] : [member];
}

/** What AWS fills in by itself tells no member from another. */
const filledIn = /^(catalog_id|display_name)$/;

function memberKey(member: Node): string {
  return keyOf(withoutFilledIn(member));
}

function withoutFilledIn(node: Node): Node {
  if (node.kind === 'list')
    return { kind: 'list', items: node.items.map(item => item && withoutFilledIn(item)) };
  if (node.kind !== 'map') return node;
  const entries = [...node.entries]
    .filter(([name]) => !filledIn.test(name))
    .map(([name, item]) => [name, withoutFilledIn(item)] as const);
  return { kind: 'map', entries: new Map(entries) };
}

function holdsUnknown(member: Node): boolean {
  return keyOf(withoutFilledIn(member)) === '?' || textsIn(member).includes(knownAfterApply);
}

function describe(member: Node): string {
  return textsIn(member).join(' ') || 'nothing';
}

/** Every simple value in it; what cannot be read is said. */
function textsIn(node: Node | undefined): readonly string[] {
  switch (node?.kind) {
    case 'scalar':
      return node.value === '' || node.value === false ? [] : [String(node.value)];
    case 'secret':
      return ['what is hidden'];
    case 'unknown':
      return [knownAfterApply];
    case 'list':
      return node.items.flatMap(textsIn);
    case 'map':
      return [...node.entries].flatMap(([name, item]) => (filledIn.test(name) ? [] : textsIn(item)));
    case 'json':
      return [node.text];
    case undefined:
      return [];
  }
}
