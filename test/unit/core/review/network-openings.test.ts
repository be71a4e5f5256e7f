import t from 'tap';
import { newOpenings, worldOpenings } from '../../../../scripts/core/review/network-openings.ts';
import { buildTree } from '../../../../scripts/core/review/value-tree.ts';

const rule = (port: number, source: string, protocol = 'tcp') => ({
  from_port: port,
  to_port: port,
  protocol,
  cidr_blocks: [source],
});
const opened = (before: readonly object[], after: readonly object[]) =>
  newOpenings(
    'aws_security_group',
    buildTree({ value: { ingress: before } }),
    buildTree({ value: { ingress: after } }),
  );

t.test('finds a wider range, another port and another protocol', async t => {
  t.same(opened([rule(22, '10.0.0.0/16')], [rule(22, '10.0.0.0/8')]), ['tcp port 22 from 10.0.0.0/8']);
  t.same(opened([rule(22, '10.0.0.0/8')], [rule(23, '10.0.0.0/8')]), ['tcp port 23 from 10.0.0.0/8']);
  t.same(opened([rule(22, '10.0.0.0/8')], [rule(0, '10.0.0.0/8', '-1')]), ['every protocol from 10.0.0.0/8']);
});

t.test('finds nothing where a rule is narrowed, split or moved', async t => {
  t.same(opened([rule(22, '10.0.0.0/8')], [rule(22, '10.1.2.0/24'), rule(22, '10.200.0.1/32')]), []);
  t.same(opened([rule(0, '0.0.0.0/0', '-1')], [rule(443, '192.0.2.1/32')]), []);
  t.same(opened([rule(1, 'a'), rule(2, 'b')], [rule(2, 'b'), rule(1, 'a')]), []);
  t.same(opened([rule(22, '0.0.0.0/0')], []), []);
});

t.test('reads rules that are resources, and only what they let in', async t => {
  const single = (type: string, value: object) => newOpenings(type, undefined, buildTree({ value }));
  t.same(
    single('aws_vpc_security_group_ingress_rule', {
      ip_protocol: 'tcp',
      from_port: 80,
      to_port: 90,
      cidr_ipv6: '::/0',
    }),
    ['tcp ports 80 to 90 from ::/0'],
  );
  t.same(single('aws_security_group_rule', { type: 'egress', ...rule(22, '0.0.0.0/0') }), []);
  t.same(
    single('aws_network_acl_rule', {
      egress: false,
      rule_action: 'allow',
      protocol: '-1',
      cidr_block: '0.0.0.0/0',
    }),
    ['every protocol from 0.0.0.0/0'],
  );
});

t.test('knows the whole internet', async t => {
  t.same(
    worldOpenings(['tcp port 22 from 0.0.0.0/0', 'tcp port 22 from 10.0.0.0/8', 'every protocol from ::/0']),
    ['tcp port 22 from 0.0.0.0/0', 'every protocol from ::/0'],
  );
});
