import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { z } from 'zod';
import { renderHcl, renderYaml } from '../../../scripts/core/quote.ts';
import { quoteShellWord } from '../../../scripts/core/shell-word.ts';
import { cleanEnvironment } from '../../../scripts/edge/environment.ts';
import { describeResult, hasSucceeded, runProcess } from '../../../scripts/edge/process.ts';

const venvBin = fileURLToPath(new URL('../../../.venv/bin', import.meta.url));
const strings = z.array(z.string());

/** Runs a program to its end and gives its standard output. */
async function outputOf(file: string, args: readonly string[], more: { cwd: string; input?: string }) {
  const env = { ...cleanEnvironment(), LC_ALL: 'C.UTF-8', CHECKPOINT_DISABLE: '1' };
  const result = await runProcess({ file, args, env, timeoutMs: 120_000, ...more });
  if (!hasSucceeded(result)) {
    throw new Error(`${file}: ${describeResult(result)}\n${'stderr' in result ? result.stderr : ''}`);
  }
  return result.stdout;
}

const traps = [
  ...['', ' ', ' lead', 'trail ', '"', "'", '\\', '\\\\', '\\n', '\\"', '"""', '$', '%', '${', '%{', '}'],
  ...['${x}', '$${x}', '$$${x}', '%{if true}', '%%{if}', '$%{', '%${', '\\${x}', '${"${x}"}', '$\\u007b'],
  ...['\n', '\r', '\r\n', 'a\nb', '\n\n', '\t', '\f', '\v', '\b', '\u0001', '\u001b[31m', '\u007f', '\u0085'],
  ...['!', '!unsafe', '!!str x', '!vault |', 'yes', 'no', 'on', 'off', 'true', 'null', '~', 'y', '=', '<<'],
  ...['0', '012', '0x1f', '1e3', '1_000', '1:30', '.inf', '.nan', '2026-11-21', '-', '- a', '? a', 'a: b'],
  ...['#', ' # not a comment', '// x', '/* x', '*a', '&a', '@a', '`a`', '|', '>', '%YAML', '---', '...'],
  ...[
    '{{ x }}',
    '{{',
    '{% raw %}',
    '{#',
    '{{ lookup("pipe", "id") }}',
    '{a: b}',
    '[a]',
    ',',
    '<<EOT\nx\nEOT',
  ],
  ...[
    'é',
    'e\u0301',
    '\u212b',
    'Å',
    '\u1e9b\u0323',
    '한',
    '\u1112\u1161\u11ab',
    '日本',
    '😀',
    '👩‍👩‍👧',
    '\u{10ffff}',
    '\u{1d15e}',
  ],
  ...[
    '\u2028',
    '\u2029',
    '\ufeff',
    '\ufeffx',
    '\u200b',
    '\u202e',
    '\ufffd',
    '\ufffe',
    '\uffff',
    '\ue000',
    '\ufdd0',
  ],
];

/**
 * Strings of traps, of control characters and of any other characters. Lone surrogates are left out: neither UTF-8 nor
 * HCL nor YAML can hold one. So is NUL: no program takes it in an argument, and a config file cannot hold it.
 */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...traps),
      fc.integer({ min: 1, max: 0x9f }).map(code => String.fromCodePoint(code)),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 5 },
  )
  .map(parts => parts.join('').replaceAll('\0', ''));
const values: readonly string[] = [...traps, ...fc.sample(hostile, 400)];
const nfc = (list: readonly string[]) => list.map(text => text.normalize('NFC'));

/** Compares one by one, so that a failure shows the value that did not arrive, escaped. */
function sameEach(t: Test, found: readonly string[], wanted: readonly string[]) {
  t.equal(found.length, wanted.length);
  const wrong = wanted.flatMap((value, index) =>
    found[index]?.normalize('NFC') === value.normalize('NFC')
      ? []
      : [`${JSON.stringify(value)} arrived as ${JSON.stringify(found[index])}`],
  );
  t.strictSame(wrong, []);
}

t.test('writes strings and keys that Terraform reads back', async t => {
  const dir = t.testdir({
    'main.tf': 'variable "values" {\n  type = any\n}\nvariable "keys" {\n  type = any\n}\n',
  });
  const keys = [...new Set(nfc(values))];
  const map = Object.fromEntries(keys.map((key, index) => [key, index]));
  writeFileSync(join(dir, 'x.tfvars'), `values = ${renderHcl(values)}\nkeys = ${renderHcl(map)}\n`);
  const stdout = await outputOf('terraform', ['console', '-var-file=x.tfvars'], {
    cwd: dir,
    input: 'base64encode(jsonencode([var.values, keys(var.keys)]))\n',
  });
  const json = Buffer.from(z.string().parse(JSON.parse(stdout)), 'base64').toString();
  const [foundValues, foundKeys] = z.tuple([strings, strings]).parse(JSON.parse(json));
  sameEach(t, foundValues, values);
  sameEach(t, [...foundKeys].sort(), [...keys].sort());
});

t.test('writes strings, keys and numbers that a YAML 1.1 reader reads back', async t => {
  const dir = t.testdir();
  const keys = [...new Set(nfc(values))];
  const data = {
    values,
    keys: Object.fromEntries(keys.map(key => [key, key])),
    numbers: [0, -7, 1.5, 2 ** 53],
  };
  writeFileSync(join(dir, 'x.yml'), `data: ${renderYaml(data)}\nlone: ${renderYaml('{{ x }}')}\n`);
  const script = [
    'import json, sys, yaml',
    "yaml.SafeLoader.add_constructor('!unsafe', lambda loader, node: loader.construct_scalar(node))",
    "data = yaml.safe_load(open('x.yml', encoding='utf-8'))['data']",
    'json.dump([data["values"], list(data["keys"]), list(data["keys"].values()), data["numbers"]], sys.stdout)',
  ].join('\n');
  const found = z
    .tuple([strings, strings, strings, z.array(z.number())])
    .parse(JSON.parse(await outputOf(join(venvBin, 'python'), ['-c', script], { cwd: dir })));
  sameEach(t, found[0], values);
  sameEach(t, [...found[1]].sort(), [...keys].sort());
  sameEach(t, [...found[2]].sort(), [...keys].sort());
  t.strictSame(found[3], data.numbers);
});

t.test('writes values that reach an Ansible task verbatim, templates among them', async t => {
  const dir = t.testdir({
    'play.yml': [
      '- hosts: all',
      '  gather_facts: false',
      '  tasks:',
      '    - name: Write what arrived',
      '      ansible.builtin.copy:',
      "        content: \"{{ {'group': sent, 'host': sent_host} | to_json }}\"",
      '        dest: "{{ playbook_dir }}/arrived.json"',
      '        mode: "0600"',
    ].join('\n'),
  });
  mkdirSync(join(dir, 'group_vars'));
  const inventory = `worker:\n  hosts:\n    here:\n      sent_host: ${renderYaml('{{ lookup("pipe", "id") }}')}\n`;
  writeFileSync(join(dir, 'inventory.yml'), inventory);
  writeFileSync(join(dir, 'group_vars/worker.yml'), `sent: ${renderYaml({ values })}\n`);
  const interpreter = JSON.stringify({ ansible_python_interpreter: join(venvBin, 'python') });
  const args = ['-i', 'inventory.yml', '-c', 'local', '-e', interpreter, 'play.yml'];
  await outputOf(join(venvBin, 'ansible-playbook'), args, { cwd: dir });
  const arrived = z
    .object({ group: z.object({ values: strings }), host: z.string() })
    .parse(JSON.parse(readFileSync(join(dir, 'arrived.json'), 'utf8')));
  sameEach(t, arrived.group.values, values);
  t.equal(arrived.host, '{{ lookup("pipe", "id") }}');
});

t.test('writes words that a POSIX shell reads back', async t => {
  const script = `printf '%s\\0' ${values.map(quoteShellWord).join(' ')}`;
  const stdout = await outputOf('/bin/sh', ['-s'], { cwd: t.testdir(), input: script });
  t.strictSame(stdout.split('\0').slice(0, -1), values);
});

t.test('writes what is no string in the words of each language', async t => {
  const value = { a: [1, -2.5, true, null, 'x'], b: {}, c: [] };
  t.equal(renderHcl(value), '{ "a" = [1, -2.5, true, null, "x"], "b" = {}, "c" = [] }');
  t.equal(renderYaml(value), '{"a": [1, -2.5, true, null, "x"], "b": {}, "c": []}');
});

t.test('refuses what neither language can hold', async t => {
  for (const value of [
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    () => 1,
    new Date(0),
    1n,
    [undefined],
  ]) {
    t.throws(() => renderHcl(value), TypeError);
    t.throws(() => renderYaml(value), TypeError);
  }
});
