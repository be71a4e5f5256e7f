import t from 'tap';
import { newOpenings, worldOpenings } from '../../../../scripts/core/review/network-openings.ts';
import { buildTree } from '../../../../scripts/core/review/value-tree.ts';

const rule = (port: number, source: string, protocol = 'tcp') => ({
  from_port: port,
  to_port: port,
  protocol,
  cidr_blocks: [source],
});
const compare = (type: string, before: unknown, after: unknown, unknown?: unknown) =>
  newOpenings({ type, before: buildTree({ value: before }), after: buildTree({ value: after, unknown }) });
const opened = (before: readonly object[], after: readonly object[]) =>
  compare('aws_security_group', { ingress: before }, { ingress: after });

t.test('finds a wider range, another port and another protocol', async t => {
  t.same(opened([rule(22, '10.0.0.0/16')], [rule(22, '10.0.0.0/8')]), [
    'lets in tcp port 22 from 10.0.0.0/8',
  ]);
  t.same(opened([rule(22, '10.0.0.0/8')], [rule(23, '10.0.0.0/8')]), ['lets in tcp port 23 from 10.0.0.0/8']);
  t.same(opened([rule(22, '10.0.0.0/8')], [rule(0, '10.0.0.0/8', '-1')]), [
    'lets in every protocol from 10.0.0.0/8',
  ]);
});

t.test('finds nothing where a rule is narrowed, split or moved', async t => {
  t.same(opened([rule(22, '10.0.0.0/8')], [rule(22, '10.1.2.0/24'), rule(22, '10.200.0.1/32')]), []);
  t.same(opened([rule(0, '0.0.0.0/0', '-1')], [rule(443, '192.0.2.1/32')]), []);
  t.same(opened([rule(1, 'a'), rule(2, 'b')], [rule(2, 'b'), rule(1, 'a')]), []);
  t.same(opened([rule(22, '0.0.0.0/0')], []), []);
});

t.test('reads rules that are resources, and only what they let in', async t => {
  const single = (type: string, value: object) => compare(type, null, value);
  t.same(
    single('aws_vpc_security_group_ingress_rule', {
      ip_protocol: 'tcp',
      from_port: 80,
      to_port: 90,
      cidr_ipv6: '::/0',
    }),
    ['lets in tcp ports 80 to 90 from ::/0'],
  );
  t.same(single('aws_security_group_rule', { type: 'egress', ...rule(22, '0.0.0.0/0') }), []);
  t.same(
    single('aws_network_acl_rule', {
      egress: false,
      rule_action: 'allow',
      protocol: '-1',
      cidr_block: '0.0.0.0/0',
    }),
    ['lets in every protocol from 0.0.0.0/0'],
  );
});

const world = (cidr: string) => {
  const name = cidr.includes(':') ? 'cidr_ipv6' : 'cidr_ipv4';
  const value = { ip_protocol: 'tcp', from_port: 22, to_port: 22, [name]: cidr };
  return worldOpenings('aws_vpc_security_group_ingress_rule', buildTree({ value }));
};

t.test('knows the whole internet, however it is written, and nearly all of it', async t => {
  for (const cidr of ['0.0.0.0/0', '1.2.3.4/0', '0.0.0.0/1', '128.0.0.0/1', '::/0', '0::/0', '2000::/3'])
    t.same(world(cidr), [`lets in tcp port 22 from ${cidr}`]);
  for (const cidr of ['10.0.0.0/8', '192.0.2.1/32', '2001:db8::/32', 'fc00::/7', 'pl-1', '300.0.0.0/0'])
    t.same(world(cidr), []);
});

t.test('takes what cannot be read for an opening of what exists, not of what is new', async t => {
  const type = 'aws_security_group';
  const text = 'lets in every protocol from a source known after apply';
  t.same(compare(type, { ingress: [] }, {}, { ingress: true }), [text]);
  t.same(worldOpenings(type, buildTree({ value: {}, unknown: { ingress: true } })), []);
  const before = { ingress: [rule(22, '10.0.0.0/8')] };
  t.same(compare(type, before, before, { ingress: [{ cidr_blocks: [true] }] }), [
    'lets in tcp port 22 from a source known after apply',
  ]);
  const hidden = (value: object) => buildTree({ value, sensitive: { ingress: true } });
  const other = { ingress: [rule(23, '10.0.0.0/8')] };
  t.same(newOpenings({ type, before: hidden(before), after: hidden(before) }), []);
  t.same(newOpenings({ type, before: hidden(before), after: hidden(other) }), [
    'lets in every protocol from a hidden source',
  ]);
});

t.test('sees a group that lets in itself, and a protocol by its number', async t => {
  const self = { protocol: '-1', from_port: 0, to_port: 0, self: true };
  t.same(opened([], [self]), ['lets in every protocol from the group itself']);
  t.same(opened([], [{ ...self, self: false }]), []);
  t.same(opened([rule(22, '10.0.0.0/8')], [rule(22, '10.0.0.0/8', '6')]), []);
});

t.test('finds a range of IPv6 in another one', async t => {
  const six = (source: string) => ({ protocol: '-1', ipv6_cidr_blocks: [source] });
  t.same(opened([six('2001:db8::/32')], [six('2001:0db8:1::/48')]), []);
  t.same(opened([six('2001:db8::/32')], [six('2001:db9::/48')]), [
    'lets in every protocol from 2001:db9::/48',
  ]);
});

t.test('reads the rules of a network ACL in their order, refusals too', async t => {
  const type = 'aws_network_acl';
  const acl = (rule_no: number, action: string, cidr_block: string) => ({
    rule_no,
    action,
    protocol: '-1',
    cidr_block,
  });
  const refusal = acl(10, 'deny', '192.0.2.0/24');
  const everything = acl(20, 'allow', '0.0.0.0/0');
  t.same(compare(type, { ingress: [] }, { ingress: [everything] }), [
    'lets in every protocol from 0.0.0.0/0',
  ]);
  t.same(compare(type, { ingress: [refusal, everything] }, { ingress: [everything] }), [
    'no longer refuses every protocol from 192.0.2.0/24',
  ]);
  t.same(
    compare(type, { ingress: [refusal, everything] }, { ingress: [{ ...refusal, rule_no: 30 }, everything] }),
    ['no longer refuses every protocol from 192.0.2.0/24'],
  );
  t.same(worldOpenings(type, buildTree({ value: { ingress: [refusal, everything] } })), [
    'lets in every protocol from 0.0.0.0/0',
  ]);
});

t.test('sees more addresses in a list that rules name', async t => {
  const list = (...cidrs: readonly string[]) => ({ entry: cidrs.map(cidr => ({ cidr })) });
  t.same(compare('aws_ec2_managed_prefix_list', list('10.0.0.0/8'), list('10.0.0.0/8', '192.0.2.1/32')), [
    'lets in every protocol from 192.0.2.1/32',
  ]);
});

t.test('adds up ranges of addresses and of ports', async t => {
  const ports = (from_port: number, to_port: number, ...cidr_blocks: readonly string[]) => ({
    protocol: 'tcp',
    from_port,
    to_port,
    cidr_blocks,
  });
  const none: readonly (readonly [readonly object[], readonly object[]])[] = [
    [[ports(80, 80, '10.0.0.0/9', '10.128.0.0/9')], [ports(80, 80, '10.0.0.0/8')]],
    [[ports(80, 80, '10.0.0.0/8'), ports(81, 90, '10.0.0.0/8')], [ports(80, 85, '10.0.0.0/8')]],
    [
      [ports(80, 80, '10.0.0.0/8'), ports(81, 81, '10.0.0.0/9'), ports(81, 89, '10.128.0.0/9')],
      [ports(80, 81, '10.0.0.0/8')],
    ],
  ];
  for (const [before, after] of none) t.same(opened(before, after), []);
  t.same(opened([ports(80, 80, '10.0.0.0/9', '10.128.0.0/10')], [ports(80, 80, '10.0.0.0/8')]), [
    'lets in tcp port 80 from 10.0.0.0/8',
  ]);
  t.same(opened([ports(80, 80, '10.0.0.0/8'), ports(82, 82, '10.0.0.0/8')], [ports(80, 82, '10.0.0.0/8')]), [
    'lets in tcp ports 80 to 82 from 10.0.0.0/8',
  ]);
});

t.test('reads the ports of ICMP as type and code', async t => {
  const icmp = (from_port: number, to_port: number) => ({
    protocol: 'icmp',
    from_port,
    to_port,
    cidr_blocks: ['10.0.0.0/8'],
  });
  t.same(opened([icmp(-1, -1)], [icmp(8, 0)]), []);
  t.same(opened([rule(0, '10.0.0.0/8', '-1')], [icmp(8, 0)]), []);
  t.same(opened([icmp(8, 0)], [icmp(-1, -1)]), ['lets in icmp of every type from 10.0.0.0/8']);
  t.same(opened([icmp(8, -1)], [icmp(3, 4)]), ['lets in icmp of type 3 from 10.0.0.0/8']);
});

t.test('says that a new group lets in the internet also where that is hidden', async t => {
  const type = 'aws_security_group';
  const group = (cidr: string, sensitive: unknown) =>
    worldOpenings(type, buildTree({ value: { ingress: [rule(22, cidr)] }, sensitive }));
  const text = ['lets in the whole internet or nearly, from a hidden source'];
  t.same(group('0.0.0.0/0', { ingress: [{ cidr_blocks: true }] }), text);
  t.same(group('0.0.0.0/0', { ingress: true }), text);
  t.same(group('10.0.0.0/8', { ingress: true }), []);
});
