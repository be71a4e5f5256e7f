/** What the network lets in, and what it lets in that it did not before. What cannot be read may be anything. */
import { isCovered, parseRange } from './address-range.ts';
import { textOf } from './policy.ts';
import { buildTree, keyOf, type MapNode, type Node } from './value-tree.ts';

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
  const opened = young.filter(opening => !opening.isDenial && !isCoveredBy(old, opening));
  const released = old.filter(opening => opening.isDenial && !isCoveredBy(young, opening));
  return [
    ...opened.map(opening => `lets in ${describe(opening)}`),
    ...released.map(opening => `no longer refuses ${describe(opening)}`),
  ];
}

/** Of a new resource: what lets in the internet, or nearly all of it. What is not known yet is no reason for alarm. */
export function worldOpenings(type: string, after: Node | undefined): readonly string[] {
  const isOpen = ({ isDenial, source }: Opening) => !isDenial && isWorld(source);
  const shown = openingsOf(type, after).filter(isOpen);
  const all = openingsOf(type, after && reveal(after)).filter(isOpen);
  return [
    ...shown.map(opening => `lets in ${describe(opening)}`),
    ...(all.length > shown.length ? ['lets in the whole internet or nearly, from a hidden source'] : []),
  ];
}

/** Only to ask whether it is the internet. */
function reveal(node: Node): Node | undefined {
  if (node.kind === 'secret') return buildTree({ value: JSON.parse(node.key) });
  if (node.kind === 'list') return { kind: 'list', items: node.items.map(item => item && reveal(item)) };
  if (node.kind !== 'map') return node;
  const entries = [...node.entries].map(([name, item]) => [name, reveal(item) ?? item] as const);
  return { kind: 'map', entries: new Map(entries) };
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
    if (isIcmp(protocol)) return Number(text ?? anyIcmp);
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

/** Of ICMP the ports are a type and a code, and this is every one. */
const anyIcmp = -1;

function isIcmp(protocol: string): boolean {
  return protocol.startsWith('icmp');
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

/** Whether all of it is let in, or refused, by the others together. */
function isCoveredBy(others: readonly Opening[], opening: Opening): boolean {
  const like = others.filter(
    other =>
      other.isDenial === opening.isDenial &&
      other.order <= opening.order &&
      (other.protocol === 'all' || other.protocol === opening.protocol),
  );
  if (isIcmp(opening.protocol)) {
    const isAny = ({ protocol, from, to }: Opening) =>
      protocol === 'all' || ([anyIcmp, opening.from].includes(from) && [anyIcmp, opening.to].includes(to));
    return isHeld(opening.source, like.filter(isAny));
  }
  const starts = new Set([opening.from, ...like.flatMap(({ from, to }) => [from, to + 1])]);
  return [...starts]
    .filter(port => port >= opening.from && port <= opening.to)
    .every(port =>
      isHeld(
        opening.source,
        like.filter(({ from, to }) => from <= port && port <= to),
      ),
    );
}

/** Ranges of addresses add up; groups and lists are the same or not. */
function isHeld(source: string, openings: readonly Opening[]): boolean {
  if (openings.some(other => other.source === source)) return true;
  const range = parseRange(source);
  const others = openings.flatMap(other => parseRange(other.source) ?? []);
  return range !== undefined && isCovered(range, others);
}

function describe({ protocol, from, to, source }: Opening): string {
  const shown = source.startsWith(hiddenSource) ? hiddenSource : source;
  const what = protocol === 'all' ? 'every protocol' : `${protocol} ${describePorts(protocol, from, to)}`;
  return `${what} from ${shown}`;
}

function describePorts(protocol: string, from: number, to: number): string {
  if (isIcmp(protocol)) return from === anyIcmp ? 'of every type' : `of type ${from}`;
  if (from === anything.from && to === anything.to) return 'every port';
  return from === to ? `port ${from}` : `ports ${from} to ${to}`;
}
