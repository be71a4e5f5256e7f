/** What the network lets in, and what it lets in that it did not before. What cannot be read may be anything. */
import { parseRange } from './address-range.ts';
import { textOf } from './policy.ts';
import { keyOf, type MapNode, type Node } from './value-tree.ts';

type Opening = {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly source: string;
  readonly isDenial: boolean;
  /** Rules of a network ACL are asked in this order; security groups have none. */
  readonly order: number;
};

/** Where the rules stand: in blocks of this name, or the resource is one itself. */
const rulesOf: Readonly<Record<string, string | undefined>> = {
  aws_security_group: 'ingress',
  aws_default_security_group: 'ingress',
  aws_network_acl: 'ingress',
  aws_default_network_acl: 'ingress',
  aws_ec2_managed_prefix_list: 'entry',
  aws_security_group_rule: undefined,
  aws_vpc_security_group_ingress_rule: undefined,
  aws_network_acl_rule: undefined,
  aws_ec2_managed_prefix_list_entry: undefined,
};

type Compared = {
  readonly type: string;
  readonly before: Node | undefined;
  readonly after: Node | undefined;
};

/** What is let in after and was not before, as texts like `lets in tcp port 22 from 0.0.0.0/0`. */
export function newOpenings({ type, before, after }: Compared): readonly string[] {
  const [old, young] = [openingsOf(type, before), openingsOf(type, after)];
  const opened = young.filter(opening => !opening.isDenial && !old.some(other => covers(other, opening)));
  const released = old.filter(opening => opening.isDenial && !young.some(other => covers(other, opening)));
  return [
    ...opened.map(opening => `lets in ${describe(opening)}`),
    ...released.map(opening => `no longer refuses ${describe(opening)}`),
  ];
}

/** Of a new resource: what lets in the internet, or nearly all of it. What is not known yet is no reason for alarm. */
export function worldOpenings(type: string, after: Node | undefined): readonly string[] {
  return openingsOf(type, after)
    .filter(({ isDenial, source }) => !isDenial && isWorld(source))
    .map(opening => `lets in ${describe(opening)}`);
}

/** Nobody holds more of the internet than a /8 of IPv4 or a /12 of IPv6; fc00::/7 is private. */
function isWorld(source: string): boolean {
  const range = parseRange(source);
  if (range === undefined) return false;
  if (range.bits === 32) return range.length < 8;
  return range.length < 12 && range.address >> 121n !== 0x7en;
}

function openingsOf(type: string, node: Node | undefined): readonly Opening[] {
  if (node?.kind !== 'map' || !Object.hasOwn(rulesOf, type)) return [];
  const block = rulesOf[type];
  if (block !== undefined) {
    const rules = node.entries.get(block);
    return rules?.kind === 'list' ? rules.items.flatMap(ruleOpenings) : ruleOpenings(rules);
  }
  const isOutward =
    textOf(node.entries.get('type')) === 'egress' || textOf(node.entries.get('egress')) === 'true';
  return isOutward ? [] : ruleOpenings(node);
}

/** By number or by name, as Terraform takes them. */
const protocols: Readonly<Record<string, string>> = {
  '-1': 'all',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
};

function ruleOpenings(rule: Node | undefined): readonly Opening[] {
  if (rule === undefined) return [];
  if (rule.kind !== 'map') return [{ ...anything, source: sourceText(rule) }];
  const { entries } = rule;
  const named = textOf(entries.get('protocol') ?? entries.get('ip_protocol'))?.toLowerCase() ?? 'all';
  const protocol = protocols[named] ?? named;
  const port = (name: string, all: number) => {
    const text = textOf(entries.get(name));
    return protocol === 'all' || text === undefined ? all : Number(text);
  };
  return sourcesOf(rule).map(source => ({
    protocol,
    from: port('from_port', anything.from),
    to: port('to_port', anything.to),
    source,
    isDenial: textOf(entries.get('rule_action') ?? entries.get('action')) === 'deny',
    order: Number(textOf(entries.get('rule_number') ?? entries.get('rule_no')) ?? 0),
  }));
}

const anything = { protocol: 'all', from: 0, to: 65_535, isDenial: false, order: 0 } as const;

const sourceNames = [
  'cidr',
  'cidr_blocks',
  'ipv6_cidr_blocks',
  'cidr_block',
  'ipv6_cidr_block',
  'cidr_ipv4',
  'cidr_ipv6',
  'security_groups',
  'source_security_group_id',
  'referenced_security_group_id',
  'prefix_list_ids',
  'prefix_list_id',
];

function sourcesOf({ entries }: MapNode): readonly string[] {
  const named = sourceNames.flatMap(name => {
    const node = entries.get(name);
    const items = node?.kind === 'list' ? node.items : [node];
    return items.flatMap(item => (item === undefined || textOf(item) === '' ? [] : sourceText(item)));
  });
  const self = entries.get('self');
  if (self === undefined || textOf(self) === 'false') return named;
  return [...named, textOf(self) === 'true' ? 'the group itself' : sourceText(self)];
}

/** A hidden source is told from another hidden one, in what is compared and not in what is shown. */
function sourceText(node: Node): string {
  if (node.kind === 'secret') return `${hiddenSource}${keyOf(node)}`;
  return textOf(node) ?? 'a source known after apply';
}

const hiddenSource = 'a hidden source';

/** Whether the second is let in, or refused, by the first. */
function covers(wide: Opening, narrow: Opening): boolean {
  return (
    wide.isDenial === narrow.isDenial &&
    wide.order <= narrow.order &&
    (wide.protocol === 'all' || wide.protocol === narrow.protocol) &&
    wide.from <= narrow.from &&
    wide.to >= narrow.to &&
    takesIn(wide.source, narrow.source)
  );
}

/** Whether a range of addresses holds another one; groups and lists only when they are the same. */
function takesIn(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  const [outer, inner] = [parseRange(wide), parseRange(narrow)];
  if (outer === undefined || inner === undefined) return false;
  const behind = BigInt(outer.bits - outer.length);
  return (
    outer.bits === inner.bits &&
    outer.length <= inner.length &&
    outer.address >> behind === inner.address >> behind
  );
}

function describe({ protocol, from, to, source }: Opening): string {
  const shown = source.startsWith(hiddenSource) ? hiddenSource : source;
  const ports =
    from === anything.from && to === anything.to
      ? 'every port'
      : from === to
        ? `port ${from}`
        : `ports ${from} to ${to}`;
  return `${protocol === 'all' ? 'every protocol' : `${protocol} ${ports}`} from ${shown}`;
}
