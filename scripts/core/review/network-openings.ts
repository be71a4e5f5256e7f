/** What security groups let in, and what one lets in that it did not before. */
import { textOf, textsOf } from './policy.ts';
import type { MapNode, Node } from './value-tree.ts';

type Opening = {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly source: string;
};

/** A resource that holds what a security group lets in. */
export const securityGroupTypes = [
  'aws_security_group',
  'aws_default_security_group',
  'aws_security_group_rule',
  'aws_vpc_security_group_ingress_rule',
  'aws_network_acl_rule',
];

/** What is let in after and was not before, as texts like `tcp 22 from 0.0.0.0/0`. */
export function newOpenings(
  type: string,
  before: Node | undefined,
  after: Node | undefined,
): readonly string[] {
  const old = openingsOf(type, before);
  return openingsOf(type, after)
    .filter(opening => !old.some(other => covers(other, opening)))
    .map(describe);
}

/** Those of the texts that let in the whole internet. */
export function worldOpenings(openings: readonly string[]): readonly string[] {
  return openings.filter(text => /from (0\.0\.0\.0\/0|::\/0)$/.test(text));
}

function openingsOf(type: string, node: Node | undefined): readonly Opening[] {
  if (node?.kind !== 'map') return [];
  const { entries } = node;
  switch (type) {
    case 'aws_security_group':
    case 'aws_default_security_group': {
      const ingress = entries.get('ingress');
      return ingress?.kind === 'list' ? ingress.items.flatMap(ruleOpenings) : [];
    }
    case 'aws_security_group_rule':
      return textOf(entries.get('type')) === 'ingress' ? ruleOpenings(node) : [];
    case 'aws_network_acl_rule': {
      const isIngress =
        textOf(entries.get('egress')) !== 'true' && textOf(entries.get('rule_action')) === 'allow';
      return isIngress ? ruleOpenings(node) : [];
    }
    default:
      return ruleOpenings(node);
  }
}

function ruleOpenings(rule: Node | undefined): readonly Opening[] {
  if (rule?.kind !== 'map') return [];
  const protocol = textOf(rule.entries.get('protocol') ?? rule.entries.get('ip_protocol')) ?? '-1';
  const isAll = protocol === '-1' || protocol === 'all';
  const port = (name: string, all: number) => {
    const text = textOf(rule.entries.get(name));
    return isAll || text === undefined ? all : Number(text);
  };
  return sourcesOf(rule).map(source => ({
    protocol: isAll ? 'all' : protocol,
    from: port('from_port', 0),
    to: port('to_port', 65_535),
    source,
  }));
}

const sourceNames = [
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

function sourcesOf(rule: MapNode): readonly string[] {
  return sourceNames.flatMap(name => {
    const node = rule.entries.get(name);
    if (node === undefined) return [];
    return node.kind === 'unknown' ? ['a source known after apply'] : textsOf(node);
  });
}

function covers(wide: Opening, narrow: Opening): boolean {
  return (
    (wide.protocol === 'all' || wide.protocol === narrow.protocol) &&
    wide.from <= narrow.from &&
    wide.to >= narrow.to &&
    takesIn(wide.source, narrow.source)
  );
}

/** Whether a range of addresses holds another one; IPv6 and groups only when they are the same, or the range is everything. */
function takesIn(wide: string, narrow: string): boolean {
  if (wide === narrow || (wide === '::/0' && narrow.includes(':') && narrow.includes('/'))) return true;
  const [outer, inner] = [parseRange(wide), parseRange(narrow)];
  if (outer === undefined || inner === undefined || outer.length > inner.length) return false;
  const mask = outer.length === 0 ? 0 : (0xffffffff << (32 - outer.length)) >>> 0;
  return (outer.address & mask) >>> 0 === (inner.address & mask) >>> 0;
}

function parseRange(text: string): { readonly address: number; readonly length: number } | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, length = 0] = parts;
  return { address: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0, length };
}

function describe({ protocol, from, to, source }: Opening): string {
  const ports =
    from === 0 && to === 65_535 ? 'every port' : from === to ? `port ${from}` : `ports ${from} to ${to}`;
  return `${protocol === 'all' ? 'every protocol' : `${protocol} ${ports}`} from ${source}`;
}
