import t from 'tap';
import { createRedactor } from '../../../../scripts/core/redact.ts';
import { diffAttributes, diffUpdated } from '../../../../scripts/core/review/attribute-diff.ts';
import type { Step } from '../../../../scripts/core/review/value-text.ts';
import { buildTree } from '../../../../scripts/core/review/value-tree.ts';

type Sides = {
  readonly before?: unknown;
  readonly after?: unknown;
  readonly unknown?: unknown;
  readonly sensitive?: unknown;
  readonly forcing?: readonly (readonly Step[])[];
};

function diff({ before, after, unknown, sensitive, forcing = [] }: Sides) {
  return diffAttributes(
    {
      before: buildTree({ value: before, sensitive }),
      after: buildTree({ value: after, unknown, sensitive }),
      path: [],
    },
    { forcing, clean: createRedactor([]) },
  );
}

/** Path and value of simple changes. */
function values(sides: Sides): readonly string[] {
  return diff(sides).map(({ path, change }) =>
    change.kind === 'value' ? `${path}: ${change.before} -> ${change.after}` : `${path}: ${change.kind}`,
  );
}

t.test('shows what changes and nothing else', async t => {
  t.same(
    values({
      before: {
        a: 1,
        b: 'x',
        same: [1, 2],
        tags: { Name: 'n', 'cost center': 'c' },
        gone: true,
        empty: null,
      },
      after: { a: 2, b: 'x', same: [1, 2], tags: { Name: 'm', 'cost center': 'd' }, gone: null, empty: [] },
    }),
    ['a: 1 -> 2', 'gone: true -> null', 'tags.Name: "n" -> "m"', 'tags["cost center"]: "c" -> "d"'],
  );
});

t.test('says known after apply, at any depth', async t => {
  t.same(
    values({
      before: { id: 'i', net: { ip: '1' } },
      after: { net: {} },
      unknown: { id: true, net: { ip: true } },
    }),
    ['id: "i" -> known after apply', 'net.ip: "1" -> known after apply'],
  );
  t.same(values({ before: { text: 'x' }, after: { text: 'known after apply' } }), [
    'text: "x" -> "known after apply"',
  ]);
});

t.test('hides what is marked or named as secret, and says that it changes', async t => {
  t.same(
    values({
      before: { a: { b: 'one', c: 1 }, password: 'two', env: [{ name: 'DB_TOKEN', value: 'three' }] },
      after: { a: { b: 'uno', c: 2 }, password: 'due', env: [{ name: 'DB_TOKEN', value: 'tre' }] },
      sensitive: { a: { b: true } },
    }),
    [
      'a.b: [redacted] -> [redacted]',
      'a.c: 1 -> 2',
      'env[0].value: [redacted] -> [redacted]',
      'password: [redacted] -> [redacted]',
    ],
  );
  t.same(values({ before: { password: 'same' }, after: { password: 'same' } }), []);
});

t.test('names the attribute that forces a replacement, and its parts', async t => {
  const found = diff({
    before: { ami: 'a', disk: [{ size: 1 }], other: 1 },
    after: { ami: 'b', disk: [{ size: 2 }], other: 2 },
    forcing: [['ami'], ['disk', 0]],
  });
  t.same(
    found.map(({ path, forcesReplacement }) => [path, forcesReplacement]),
    [
      ['ami', true],
      ['disk[0].size', true],
      ['other', false],
    ],
  );
});

t.test('compares lists of values as sets, and says when only their order changes', async t => {
  const [moved] = diff({ before: { l: ['a', 'b', 'c'] }, after: { l: ['0', 'c', 'b'] } });
  t.same(moved?.change, { kind: 'elements', added: ['"0"'], removed: ['"a"'], isReordered: false });
  const [turned] = diff({ before: { l: ['a', 'b'] }, after: { l: ['b', 'a'] } });
  t.match(turned?.change, { isReordered: true });
  const [twice] = diff({ before: { l: ['a', 'a'] }, after: { l: ['a'] } });
  t.match(twice?.change, { removed: ['"a"'], added: [] });
});

t.test('pairs nested blocks by what they have in common, wherever they stand', async t => {
  t.same(
    values({
      before: {
        rule: [
          { port: 22, from: 'a', name: 'ssh' },
          { port: 443, from: 'a', name: 'web' },
        ],
      },
      after: {
        rule: [
          { port: 443, from: 'a', name: 'web' },
          { port: 8080, from: 'z', name: 'new' },
          { port: 22, from: 'b', name: 'ssh' },
        ],
      },
    }),
    ['rule[1]: null -> { from = "z", name = "new", port = 8080 }', 'rule[2].from: "a" -> "b"'],
  );
  t.same(values({ before: { rule: [{ a: 1 }, { a: 2 }] }, after: { rule: [{ a: 2 }, { a: 1 }] } }), [
    'rule: elements',
  ]);
});

t.test('shows a long text by its lines', async t => {
  const lines = Array.from({ length: 20 }, (_, n) => `line ${n}`);
  const [found] = diff({
    before: { script: lines.join('\n') },
    after: { script: lines.map(line => (line === 'line 9' ? 'LINE 9' : line)).join('\n') },
  });
  t.same(found?.change, {
    kind: 'lines',
    lines: [
      { op: 'gap', text: '6 lines the same' },
      ...['6', '7', '8'].map(n => ({ op: 'same', text: `line ${n}` })),
      { op: 'remove', text: 'line 9' },
      { op: 'add', text: 'LINE 9' },
      ...['10', '11', '12'].map(n => ({ op: 'same', text: `line ${n}` })),
      { op: 'gap', text: '7 lines the same' },
    ],
  });
});

t.test('compares JSON as JSON: neither blanks nor the order of keys matter', async t => {
  const [found] = diff({
    before: { body: '{"b": {"x": 1, "long": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}, "a": 1}' },
    after: { body: '{"a":1,"b":{"long":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","x":2}}' },
  });
  t.same(
    found?.change.kind === 'lines' && found.change.lines.filter(({ op }) => op !== 'same' && op !== 'gap'),
    [
      { op: 'remove', text: '    "x": 1' },
      { op: 'add', text: '    "x": 2' },
    ],
  );
  const [rewritten] = diff({ before: { body: '{"a":1,"b":2}' }, after: { body: '{ "b": 2, "a": 1 }' } });
  t.match(rewritten?.change, { lines: [{ op: 'gap', text: 'the same JSON, written in another way' }] });
});

const policy = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

t.test('compares a policy statement by statement, its lists as sets', async t => {
  const [found] = diff({
    before: {
      policy: policy(
        { Sid: 'Read', Effect: 'Allow', Action: ['s3:Get', 's3:List'], Resource: ['a', 'b'] },
        { Sid: 'Old', Effect: 'Allow', Action: 'sqs:Send', Resource: '*' },
        { Sid: 'Change', Effect: 'Allow', Action: 'x:A', Resource: '*' },
      ),
    },
    after: {
      policy: policy(
        { Sid: 'Change', Effect: 'Allow', Action: ['x:A', 'x:B'], Resource: '*' },
        { Effect: 'Allow', Action: ['s3:Put'], Resource: 'c' },
        { Sid: 'Read', Effect: 'Allow', Action: ['s3:List', 's3:Get'], Resource: ['b', 'a'] },
      ),
    },
  });
  t.match(found?.change, {
    kind: 'statements',
    statements: [
      { op: 'change', title: 'Change' },
      { op: 'add', title: 'Allow s3:Put' },
      { op: 'remove', title: 'Old' },
    ],
  });
});

t.test('shows every statement of a policy where an empty text stood', async t => {
  const [found] = diff({
    before: { policy: '' },
    after: { policy: policy({ Sid: 'New', Effect: 'Allow', Action: 'a:B', Resource: '*' }) },
  });
  t.match(found?.change, { kind: 'statements', statements: [{ op: 'add', title: 'New' }] });
});

t.test('shows the whole policy when more than its statements changes', async t => {
  const [found] = diff({
    before: { policy: policy({ Effect: 'Allow', Action: 'a:B', Resource: '*' }) },
    after: { policy: policy({ Effect: 'Allow', Action: 'a:B', Resource: '*' }).replace('2012', '2008') },
  });
  t.match(found?.change, { kind: 'lines' });
});

t.test(
  'shows where a secret changes within a text, a document and a policy, beside other changes',
  async t => {
    const changed = (before: string, after: string) =>
      diff({ before: { body: before }, after: { body: after } })
        .flatMap(({ change }) =>
          change.kind === 'lines'
            ? change.lines
            : change.kind === 'statements'
              ? change.statements.flatMap(({ lines }) => lines)
              : [],
        )
        .filter(({ op }) => op === 'add' || op === 'remove')
        .map(({ op, text }) => `${op} ${text.trim()}`);
    t.same(changed('A=1\nPASSWORD=old-1\nB=1\n', 'A=1\nPASSWORD=new-2\nB=1\n'), [
      'remove PASSWORD=[redacted]',
      'add PASSWORD=[redacted]',
    ]);
    t.same(changed('PASSWORD=old-1\nA=1\nB=1\n', 'PASSWORD=new-2\nA=1\nB=2\n'), [
      'remove PASSWORD=[redacted]',
      'add PASSWORD=[redacted]',
      'remove B=1',
      'add B=2',
    ]);
    const block = (secret: string, rest: string) =>
      `a: 1\npassword: |\n  ${secret}\n  two\nb: 1\nc: ${rest}\n`;
    t.same(changed(block('one', '1'), block('one', '2')), ['remove c: 1', 'add c: 2']);
    const hidden = createRedactor([])(block('one', '1')).split('\n').slice(1, -3);
    t.same(changed(block('one', '1'), block('uno', '2')), [
      ...hidden.map(text => `remove ${text}`),
      ...hidden.map(text => `add ${text}`),
      'remove c: 1',
      'add c: 2',
    ]);
    const key = (secret: string) =>
      `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`;
    t.same(changed(`a\n${key('MIIE1')}\nb\n`, `a\n${key('MIIE2')}\nb\n`), [
      'remove [redacted]',
      'add [redacted]',
    ]);
    const body = (password: string, image: string) =>
      JSON.stringify({ image, password, rest: 'x'.repeat(60) });
    t.same(changed(body('one', 'a:1'), body('two', 'a:2')), [
      'remove "image": "a:1",',
      'remove "password": [redacted],',
      'add "image": "a:2",',
      'add "password": [redacted],',
    ]);
    const allow = (password: string) =>
      policy({ Effect: 'Allow', Action: 'a:B', Resource: '*', Condition: { StringEquals: { password } } });
    t.same(changed(allow('one'), allow('two')), [
      'remove "password": [redacted]',
      'add "password": [redacted]',
    ]);
  },
);

t.test('says the same line otherwise where only one of two hides it', async t => {
  t.same(linesOf('password: |\n  one\n', 'note: |\n  one\n'), [
    ...createRedactor([])('password: |\n  one')
      .split('\n')
      .map(text => `remove ${text}`),
    'add note: |',
    'add   one',
  ]);
});

const statement = { Sid: 'A', Effect: 'Allow', Action: ['a:b', 'a:c'], Resource: '*' };
const other = { Sid: 'B', Effect: 'Allow', Action: 'b:c', Resource: '*' };
const linesOf = (before: unknown, after: unknown, unknown?: unknown) =>
  diff({ before: { text: before }, after: { text: after }, unknown: { text: unknown } }).flatMap(
    ({ change }) =>
      change.kind === 'lines' ? change.lines.map(({ op, text }) => `${op} ${text}`) : [change.kind],
  );

t.test('says of a policy whose order alone changes that it is the same', async t => {
  const same = ['gap the same statements, in another order'];
  t.strictSame(linesOf(policy(statement, other), policy(other, statement)), same);
  t.strictSame(linesOf(policy(statement), policy({ ...statement, Action: ['a:c', 'a:b'] })), same);
  const rewritten = linesOf(policy(statement, other).replace('2012', '2008'), policy(other, statement));
  t.strictSame(
    rewritten.filter(line => /^(add|remove)/.test(line)),
    ['remove   "Version": "2008-10-17"', 'add   "Version": "2012-10-17"'],
    'beside another version the order is no difference either',
  );
});

t.test('shows by its lines what a policy becomes that has no effect any more', async t => {
  const { Effect: _, ...without } = statement;
  t.match(linesOf(policy(statement), policy(without)).join('\n'), /remove +"Effect": "Allow"/);
});

t.test('shows by their lines policies and texts whose next value is not known yet', async t => {
  const gone = linesOf(policy(statement), null, true);
  t.equal(gone.at(-1), 'add known after apply');
  t.ok(gone.some(line => /^remove .*"a:b"/.test(line)));
  t.strictSame(linesOf('a\nb\n', null, true), ['remove a', 'remove b', 'add known after apply']);
});

t.test('says of an update whose empty values alone differ how they do', async t => {
  const updated = (before: unknown, after: unknown) =>
    diffUpdated(
      { before: buildTree({ value: before }), after: buildTree({ value: after }), path: [] },
      { forcing: [], clean: createRedactor([]) },
    ).map(({ path, change }) =>
      change.kind === 'value' ? `${path}: ${change.before} -> ${change.after}` : [path, change],
    );
  t.same(updated({ a: '' }, { a: null }), ['a: "" -> null']);
  t.same(updated({ a: [] }, { a: null }), ['a: [] -> null']);
  t.same(updated({ a: {} }, { a: null }), ['a: {} -> null']);
  t.same(updated({ a: [''] }, { a: [] }), [
    ['a', { kind: 'elements', added: [], removed: ['""'], isReordered: false }],
  ]);
  t.same(updated({ a: '', b: 1 }, { a: null, b: 2 }), ['b: 1 -> 2']);
});

t.test('shows an empty value under a name that somebody gave, beside other changes', async t => {
  t.same(values({ before: { tags: { a: '1' }, b: 1 }, after: { tags: { a: '1', backup: '' }, b: 2 } }), [
    'b: 1 -> 2',
    'tags.backup: null -> ""',
  ]);
  t.same(values({ before: { disk: [{ a: '', b: 1 }] }, after: { disk: [{ a: null, b: 2 }] } }), [
    'disk[0].b: 1 -> 2',
  ]);
});

t.test('takes line ends for no secret', async t => {
  const ends = ['gap the same lines, with other line ends'];
  t.strictSame(linesOf('x\ny', 'x\ny\n'), ends);
  t.strictSame(linesOf('x\r\ny\r\n', 'x\ny\n'), ends);
  t.strictSame(linesOf('x\r\ny\r\n', 'x\nz\n'), [
    'same x',
    'remove y',
    'add z',
    'gap and with other line ends',
  ]);
});

t.test('tells JSON apart by what is null or empty in it, and by every digit', async t => {
  const values = (before: string, after: string) =>
    diff({ before: { a: before }, after: { a: after } }).map(({ change }) =>
      change.kind === 'value' ? `${change.before} -> ${change.after}` : change,
    );
  t.same(values('{"a":1}', '{"a":1,"ResultPath":null}'), ['{ a = 1 } -> { ResultPath = null, a = 1 }']);
  t.same(values('{"id":"","b":1}', '{"b":1}'), ['{ b = 1, id = "" } -> { b = 1 }']);
  t.same(values('[null,1]', '[1]'), ['[null, 1] -> [1]']);
  t.same(values('{"a":1234567890123456789}', '{"a":1234567890123456790}'), [
    '{ a = 1234567890123456789 } -> { a = 1234567890123456790 }',
  ]);
  t.same(values('{"password":1234567890123456789}', '{"password":1234567890123456790}'), [
    '[redacted] -> [redacted]',
  ]);
  const same = [{ kind: 'lines', lines: [{ op: 'gap', text: 'the same JSON, written in another way' }] }];
  t.same(values('{"a":1.0,"b":null}', '{"b": null, "a": 1}'), same);
  t.same(values('{"a":1234567890123456789}', '{ "a": 1234567890123456789 }'), same);
});

t.test('says of nested blocks that differ in nothing but what is empty that they do', async t => {
  const [found] = diff({ before: { a: [[{ b: 1, c: '' }]] }, after: { a: [[{ b: 1 }]] } });
  t.same(found?.change, { kind: 'lines', lines: [{ op: 'gap', text: 'the same but for what is empty' }] });
});

t.test('shows a block without arguments that comes and goes', async t => {
  const action = (name: string) => ({ action: [{ allow: [], block: [], [name]: [{ response: [] }] }] });
  t.same(values({ before: action('block'), after: action('allow') }), [
    'action[0].allow[0]: null -> {}',
    'action[0].block[0]: {} -> null',
  ]);
  t.same(values({ before: { a: [{ b: '' }], c: 1 }, after: { a: [{ b: null }], c: 2 } }), ['c: 1 -> 2']);
});
