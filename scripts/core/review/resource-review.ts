import { diffAttributes, diffUpdated } from './attribute-diff.ts';
import type { ResourceEntry } from './model.ts';
import type { PlannedChange, PlannedResource } from './plan-json.ts';
import { findRisks } from './risks.ts';
import { type Clean, isEmpty } from './value-text.ts';
import { buildTree, type Node } from './value-tree.ts';

type Context = { readonly stack: string; readonly clean: Clean };

/** What Terraform would do to one resource; nothing when it leaves it alone. */
export function reviewResource(resource: PlannedResource, context: Context): readonly ResourceEntry[] {
  const { change } = resource;
  const action = actionOf(change);
  const isMoved = resource.previous_address !== undefined && resource.previous_address !== resource.address;
  if (action === 'none' && !isMoved && change.importing === undefined) return [];
  const { before, after } = treesOf(change);
  const order = action === 'replace' ? replaceOrderOf(change) : null;
  const steps = order === 'forget-first' ? (['forget', 'create'] as const) : [action];
  const risks = steps.flatMap(step => findRisks({ type: resource.type, action: step, before, after }));
  return [
    {
      ...base(resource, context.stack),
      section: sectionOf(action, risks.length > 0),
      action,
      replaceOrder: order,
      reason: reasons[resource.action_reason ?? ''] ?? null,
      movedFrom: isMoved ? (resource.previous_address ?? null) : null,
      importId: change.importing === undefined ? null : (change.importing.id ?? 'by its identity'),
      risks,
      ...attributesOf(
        action,
        { before, after },
        { forcing: change.replace_paths ?? [], clean: context.clean },
      ),
    },
  ];
}

/** What was changed outside of Terraform since its last run; nothing when only its address did. */
export function reviewDrift(resource: PlannedResource, { stack, clean }: Context): readonly ResourceEntry[] {
  const action = actionOf(resource.change);
  if (action !== 'update' && action !== 'delete') return [];
  const { before, after } = treesOf(resource.change);
  const attributes =
    action === 'update' ? diffAttributes({ before, after, path: [] }, { forcing: [], clean }) : [];
  if (action === 'update' && attributes.length === 0) return [];
  const risks = action === 'update' ? findRisks({ type: resource.type, action: 'drift', before, after }) : [];
  return [{ ...base(resource, stack), section: 'drift', action, risks, attributes }];
}

function base({ address, type, deposed }: PlannedResource, stack: string) {
  return {
    kind: 'resource',
    stack,
    address,
    resourceType: type,
    replaceOrder: null,
    reason: null,
    movedFrom: null,
    importId: null,
    deposed: deposed ?? null,
    risks: [],
    attributes: [],
    knownAfterApply: [],
  } satisfies Partial<ResourceEntry>;
}

function actionOf({ actions }: PlannedChange): ResourceEntry['action'] {
  if (actions.includes('create') && (actions.includes('delete') || actions.includes('forget')))
    return 'replace';
  const [action = 'no-op'] = actions;
  return action === 'no-op' ? 'none' : action;
}

function replaceOrderOf({ actions }: PlannedChange): NonNullable<ResourceEntry['replaceOrder']> {
  if (actions.includes('forget')) return 'forget-first';
  return actions[0] === 'create' ? 'create-first' : 'destroy-first';
}

function sectionOf(action: ResourceEntry['action'], isRisky: boolean): ResourceEntry['section'] {
  if (action === 'delete' || action === 'replace') return 'removals';
  if (isRisky) return 'risks';
  const sections = {
    create: 'creates',
    update: 'changes',
    forget: 'moves',
    none: 'moves',
    read: 'reads',
  } as const;
  return sections[action];
}

/** Source: Terraform, internal/command/jsonplan, "ResourceInstance...Because..." constants. */
const reasons: Readonly<Record<string, string>> = {
  replace_because_tainted: 'it is tainted: an earlier apply left it half done',
  replace_because_cannot_update: 'an attribute cannot be changed in place',
  replace_by_request: 'asked for by -replace',
  replace_by_triggers: 'a resource that it follows changes (replace_triggered_by)',
  delete_because_no_resource_config: 'it is no longer in the configuration',
  delete_because_no_module: 'its module is no longer in the configuration',
  delete_because_wrong_repetition: 'count or for_each was added or taken away',
  delete_because_count_index: 'its index is beyond count',
  delete_because_each_key: 'its key is no longer in for_each',
  delete_because_no_move_target: 'it was moved to an address that is not in the configuration',
  read_because_config_unknown: 'what it asks for is known after apply',
  read_because_dependency_pending: 'it depends on a resource that changes',
  read_because_check_nested: 'a check reads it',
};

type Trees = { readonly before: Node | undefined; readonly after: Node | undefined };

function treesOf(change: PlannedChange): Trees {
  return {
    before: buildTree({ value: change.before, sensitive: change.before_sensitive }),
    after: buildTree({
      value: change.after,
      unknown: change.after_unknown,
      sensitive: change.after_sensitive,
    }),
  };
}

/** What tells one resource of a type from another. */
const identityNames =
  /^(id|arn|name|bucket|key|input|identifier|function_name|role_name|role|policy_arn|tags)$|(_name|_identifier)$/;

function attributesOf(
  action: ResourceEntry['action'],
  trees: Trees,
  context: Parameters<typeof diffAttributes>[1],
): Pick<ResourceEntry, 'attributes' | 'knownAfterApply'> {
  switch (action) {
    case 'update':
    case 'replace': {
      const { later, before, after } = withoutNews(trees);
      const diff = action === 'update' ? diffUpdated : diffAttributes;
      const found = diff({ before, after, path: [] }, context);
      const isFirst = ({ forcesReplacement }: { readonly forcesReplacement: boolean }) => forcesReplacement;
      return {
        attributes: [...found.filter(isFirst), ...found.filter(attribute => !isFirst(attribute))],
        knownAfterApply: later.map(context.clean),
      };
    }
    case 'create':
    case 'read': {
      const isUnknown = (node: Node) => node.kind === 'unknown';
      const after = entriesOf(trees.after);
      return {
        attributes: diffAttributes(
          { before: undefined, after: mapOf(after.filter(([, node]) => !isUnknown(node))), path: [] },
          context,
        ),
        knownAfterApply: after.filter(([, node]) => isUnknown(node)).map(([name]) => context.clean(name)),
      };
    }
    case 'delete':
    case 'forget': {
      const known = entriesOf(trees.before).filter(
        ([name, node]) => identityNames.test(name) && !isEmpty(node),
      );
      return {
        attributes: diffAttributes({ before: mapOf(known), after: undefined, path: [] }, context),
        knownAfterApply: [],
      };
    }
    case 'none':
      return { attributes: [], knownAfterApply: [] };
  }
}

/** Without what was empty and is known after apply: only its name is worth telling. */
function withoutNews({ before, after }: Trees): Trees & { readonly later: readonly string[] } {
  const old = new Map(entriesOf(before));
  const later = entriesOf(after)
    .filter(([name, node]) => node.kind === 'unknown' && isEmpty(old.get(name)))
    .map(([name]) => name);
  const rest = (node: Node | undefined) => mapOf(entriesOf(node).filter(([name]) => !later.includes(name)));
  return { before: rest(before), after: rest(after), later };
}

function entriesOf(node: Node | undefined): readonly (readonly [string, Node])[] {
  return node?.kind === 'map' ? [...node.entries] : [];
}

function mapOf(entries: readonly (readonly [string, Node])[]): Node {
  return { kind: 'map', entries: new Map(entries) };
}
