/** Who reaches whom in the networks. */
import { BlockList } from 'node:net';
import type { PlannedResource } from '../estate.ts';
import { expecting, type Rule, valueAt } from './rule.ts';

export const closedToTheWorld: Rule = {
  name: 'closed-to-the-world',
  types: [
    'aws_default_security_group',
    'aws_instance',
    'aws_security_group',
    'aws_subnet',
    'aws_vpc_security_group_egress_rule',
    'aws_vpc_security_group_ingress_rule',
  ],
  judge: ({ type, after }) => {
    const blocks = (name: string) =>
      [valueAt(after, name)].flat().filter(block => block !== undefined && block !== null);
    switch (type) {
      case 'aws_vpc_security_group_ingress_rule':
        return expecting([
          [!isBroad(after['cidr_ipv4']) && !isBroad(after['cidr_ipv6']), 'lets in more than one network'],
          [isOnePort(after) || isFromItself(after), 'opens more than one port to others than its own group'],
        ]);
      case 'aws_vpc_security_group_egress_rule':
        return expecting([
          [
            isOnePort(after) || !(isBroad(after['cidr_ipv4']) || isBroad(after['cidr_ipv6'])),
            'lets more than one port out to the world',
          ],
        ]);
      case 'aws_default_security_group':
        return expecting([
          [
            blocks('ingress').length + blocks('egress').length === 0,
            'has rules, and takes in what names no group',
          ],
        ]);
      case 'aws_security_group':
        return expecting([
          [
            blocks('ingress').length + blocks('egress').length === 0,
            'has rules of its own: expects resources of their own',
          ],
        ]);
      case 'aws_subnet':
        return expecting([
          [after['map_public_ip_on_launch'] !== true, 'gives whatever starts in it a public address'],
        ]);
      default:
        return expecting([
          [after['associate_public_ip_address'] !== true, 'gets a public address at launch'],
        ]);
    }
  },
};

/** RFC 1918: what nobody routes between networks. */
const privateRanges = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const;

/** More addresses than one network of somebody's has, and not private ones. */
function isBroad(cidr: unknown): boolean {
  if (typeof cidr !== 'string') return false;
  const [address = '', length] = cidr.split('/');
  if (address.includes(':')) return Number(length) < 64;
  return Number(length) < 24 && !privateRanges.some(range => isWithin(address, Number(length), range));
}

function isWithin(address: string, length: number, [start, bits]: (typeof privateRanges)[number]): boolean {
  const range = new BlockList();
  range.addSubnet(start, bits);
  return length >= bits && range.check(address);
}

function isOnePort({ ip_protocol, from_port, to_port }: PlannedResource['after']): boolean {
  return ip_protocol !== '-1' && Number(from_port) > 0 && from_port === to_port;
}

function isFromItself({
  referenced_security_group_id,
  security_group_id,
}: PlannedResource['after']): boolean {
  return typeof security_group_id === 'string' && referenced_security_group_id === security_group_id;
}
