/** Secrets planted where plans hold them: every name in every way to write it down, in every place of a plan. */
import t from 'tap';
import { buildReview } from '../../../../scripts/core/review/build-review.ts';
import type { ReviewInput } from '../../../../scripts/core/review/input.ts';
import { reviewJson } from '../../../../scripts/core/review/model.ts';
import { renderReviewHtml } from '../../../../scripts/core/review/render-html.ts';
import { renderReviewMarkdown } from '../../../../scripts/core/review/render-markdown.ts';
import { renderReviewText } from '../../../../scripts/core/review/render-text.ts';
import { planJson, planned, resourceChange, reviewInput } from '../../../helpers/plans/inputs.ts';

const names = [
  'password',
  'DB_PASSWORD1',
  'dbPassword2',
  'PASSWORD_V2',
  'MYSQL_ROOT_PW',
  'SECRET_KEY_BASE',
  'secret_binary',
  'api_token_v2',
  'FERNET_KEY',
  'STRIPE_KEY',
  'jwt-key',
  'spring.datasource.password',
  'Authorization',
];

/** Head and tail are looked for apart: no half of one may stand anywhere. */
const values = {
  plain: 'Zq7head-Tl9tail',
  and: 'Zq7head&Tl9tail',
  bracket: 'Zq7head({[Tl9tail',
  comma: 'Zq7head,Tl9tail',
  blank: 'Zq7head staple Tl9tail',
  quotes: `Zq7head"x'y\\Tl9tail`,
  braces: '{noop}Zq7head<Tl9tail>',
};

const base64 = (text: string) => Buffer.from(text).toString('base64');
const json = (value: unknown) => JSON.stringify(value);
const goJson = (value: unknown) =>
  json(value).replace(/[&<>]/g, sign => `\\u00${sign.charCodeAt(0).toString(16)}`);
const xml = (text: string) => text.replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
const shell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const yaml = (text: string) => `'${text.replaceAll("'", "''")}'`;

type Shape = (name: string, value: string) => unknown;

/** Values, as providers and modules hold them. */
const structures: Readonly<Record<string, Shape>> = {
  entry: (name, value) => ({ [name]: value }),
  'block of variables': (name, value) => [{ variables: { [name]: value, PLAIN: 'x' } }],
  'name and value': (name, value) => [{ name, value }],
  'Name and Value': (name, value) => [{ Name: name, Value: value }],
  'name and string_value': (name, value) => [{ name, string_value: value }],
  'name and values': (name, value) => [{ name, values: [value] }],
  'k and v': (name, value) => [{ k: name, v: value }],
  ParameterKey: (name, value) => [{ ParameterKey: name, ParameterValue: value }],
  'argument list': (name, value) => ['run', `--${name}`, value, '--user', 'me'],
  'argument with its value': (name, value) => ['run', `--${name}=${value}`],
  'list of variables': (name, value) => [`${name}=${value}`, 'PLAIN=x'],
  'JSON text': (name, value) => json({ a: [{ [name]: value }] }),
  'JSON text of a pair': (name, value) => json([{ name, value }]),
  'JSON text of arguments': (name, value) => json([{ command: ['run', `--${name}`, value] }]),
  'JSON within JSON': (name, value) => json({ a: json({ b: json({ [name]: value }) }) }),
};

/** Texts: configs, commands and programs. */
const texts: Readonly<Record<string, (name: string, value: string) => string>> = {
  'environment file': (name, value) => `A=1\n${name}=${value}\nB=2\n`,
  'settings file': (name, value) => `a = 1\n${name} = ${value}\nb = 2\n`,
  'HCL, aligned': (name, value) => `a = 1\n${name}${' '.repeat(30)}= ${json(value)}\n`,
  heredoc: (name, value) => `${name} = <<-EOT\n  ${value}\n  EOT\nb = 2\n`,
  'YAML, plain': (name, value) => `a: 1\n${name}: x${value}\nb: 2\n`,
  'YAML, quoted': (name, value) => `a: 1\n- ${name}: ${yaml(value)}\n`,
  'YAML, literal block': (name, value) => `a:\n  ${name}: |\n    first line\n\n    ${value}\n  b: 2\n`,
  'YAML, folded block': (name, value) => `a: 1\n${name}: >-\n  ${value}\nb: 2\n`,
  'YAML, next line': (name, value) => `a: 1\n${name}:\n  ${value}\nb: 2\n`,
  'YAML, list': (name, value) => `a: 1\n${name}:\n- x${value}\n- y${value}\nb: 2\n`,
  'YAML, pair': (name, value) => `env:\n- name: ${name}\n  value: ${yaml(value)}\n- name: B\n  value: x\n`,
  'YAML, pair with a block': (name, value) => `env:\n- name: ${name}\n  value: |\n    ${value}\nb: 2\n`,
  'YAML, arguments': (name, value) => `args:\n  - --${name}\n  - ${yaml(value)}\nb: 2\n`,
  'JSON within a text': (name, value) => `var c = ${json({ [name]: value, b: 1 })};`,
  'jsonencode within a text': (name, value) => `var c = ${goJson({ [name]: value, b: 1 })};`,
  'JSON within JSON within a text': (name, value) =>
    `x ${json({ a: json({ b: json({ [name]: value }) }) })} y`,
  'list of a Dockerfile': (name, value) => `CMD ${json(['run', `--${name}`, value])}\n`,
  'elements of a list': (name, value) => `CMD ${json(['env', `${name}=${value}`, 'run'])}\n`,
  export: (name, value) => `#!/bin/sh\nexport ${name}=${shell(value)}\nrun\n`,
  'export, double quotes': (name, value) => `export ${name}=${json(value)}; run\n`,
  'command, its argument apart': (name, value) => `run --${name} ${shell(value)} --user me`,
  'command, its argument with it': (name, value) => `run --${name}=${shell(value)} --user me`,
  'Python dictionary': (name, value) => `c = {'${name}': '${value.replace(/['\\]/g, '\\$&')}', 'b': 1}`,
  'Ruby hash': (name, value) => `config["${name}"] = ${json(value)}\n{ "${name}" => ${json(value)} }`,
  'XML element': (name, value) => `<c><${name}>${xml(value)}</${name}></c>`,
  'XML attribute': (name, value) => `<c a="1" ${name}="${xml(value)}"/>`,
  'XML pair': (name, value) => `<add key="${name}" value="${xml(value)}"/>`,
  'base64 of JSON': (name, value) => base64(json({ db: { [name]: value } })),
  'base64 of a file': (name, value) => `content: ${base64(`a=1\n${name}=${value}\n`)}`,
  'wrapped base64': (name, value) =>
    base64(`${'# a long comment\n'.repeat(5)}${name}=${value}\n`).replace(/.{76}/g, '$&\n'),
  'base64 within base64': (name, value) => base64(json({ a: base64(`${name}: ${value}\n`) })),
};

/** Texts in which the name is the format's own. */
const ownTexts: Readonly<Record<string, (value: string) => string>> = {
  netrc: value => `machine h login u password ${value.replaceAll(' ', '_')}`,
  'SQL, with': value => `CREATE USER a WITH PASSWORD ${yaml(value)};`,
  'SQL, by': value => `CREATE USER a IDENTIFIED BY ${yaml(value)};`,
  ODBC: value => `Driver={x};Server=a;Uid=b;Pwd=${value}`,
  'URL with a user': value => `postgres://u:${encodeURIComponent(value)}@h:5432/db`,
  'header with a user': value => `curl -H "Authorization: Basic ${base64(`u:${value}`)}" https://h/`,
  curl: value => `curl -u admin:${value.replaceAll(' ', '_').replace(/["']/g, '')} https://h/`,
  'registry login': value => json({ auths: { r: { auth: base64(`u:${value}`) } } }),
};

const shapes = Object.entries({ ...structures, ...texts });

/** Every name in every shape, and every value too. */
const sinks = [
  ...names.flatMap(name =>
    shapes.map(([shape, write]) => ({ shape, name, value: write(name, values.plain) })),
  ),
  ...Object.values(values).flatMap(value => [
    ...['DB_PASSWORD1', 'jwt-key'].flatMap(name =>
      shapes.map(([shape, write]) => ({ shape, name, value: write(name, value) })),
    ),
    ...Object.entries(ownTexts).map(([shape, write]) => ({ shape, name: '', value: write(value) })),
  ]),
];

t.test('plants more than a thousand', async t => t.ok(sinks.length > 1000, `${sinks.length}`));

t.test('shows no part of one, in any way to write it', async t => {
  const leaks = sinks.filter(sink => {
    const change = resourceChange({ actions: ['create'], after: { input: sink.value } });
    return isShown(reviewJson(buildReview(reviewInput([planned(planJson([change]))]))));
  });
  t.same(
    leaks.map(({ shape, name, value }) => `${shape}, ${name}: ${json(value)}`),
    [],
  );
});

const others = structures['entry']?.('note', 'x');
const places: Readonly<Record<string, (value: unknown) => ReviewInput>> = {
  'what is created': value => ofChanges(resourceChange({ actions: ['create'], after: { input: value } })),
  'what is destroyed': value => ofChanges(resourceChange({ actions: ['delete'], before: { input: value } })),
  'what changes': value =>
    ofChanges(resourceChange({ actions: ['update'], before: { input: others }, after: { input: value } })),
  'what is replaced': value =>
    ofChanges(
      resourceChange({
        actions: ['delete', 'create'],
        before: { input: value },
        after: { input: others },
        replacePaths: [['input']],
      }),
    ),
  drift: value =>
    reviewInput([
      planned(
        planJson([], {
          resource_drift: [
            resourceChange({ actions: ['update'], before: { a: others }, after: { a: value } }),
          ],
        }),
      ),
    ]),
  output: value =>
    reviewInput([
      planned(planJson([], { output_changes: { out: { actions: ['create'], before: null, after: value } } })),
    ]),
  error: value =>
    reviewInput([
      {
        kind: 'failed',
        stack: 'ec2',
        error: { summary: 'It failed', detail: textOf(value), address: 'a.b' },
      },
    ]),
  'the host': value =>
    reviewInput([], {
      host: {
        kind: 'checked',
        changes: [{ host: 'h', task: 'Write', diff: `--- a\n+++ b\n${textOf(value).replace(/^/gm, '+')}\n` }],
      },
    }),
};

for (const [place, put] of Object.entries(places)) {
  t.test(`shows none in ${place}, in any rendering`, async t => {
    const some = sinks.filter(({ name }) => name === 'DB_PASSWORD1' || name === '');
    for (const { shape, value } of some) {
      const review = buildReview(put(value));
      const shown = [
        reviewJson(review),
        renderReviewText(review, { width: 10_000, color: false }),
        renderReviewMarkdown(review, { limit: 65_536 }),
        renderReviewHtml(review, { style: '', script: '' }),
      ].filter(isShown);
      t.same(shown, [], shape);
    }
  });
}

function ofChanges(...changes: readonly object[]): ReviewInput {
  return reviewInput([planned(planJson(changes))]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : json(value);
}

/** Whether a part of a planted value stands there, or in base64 that stands there. */
function isShown(text: string): boolean {
  if (/Zq7head|Tl9tail/.test(text)) return true;
  return [...text.matchAll(/[\w+/-]{16,}/g)].some(
    ([run]) => run !== text && isShown(Buffer.from(run, 'base64').toString()),
  );
}

t.test('hides what the run and other stacks know from the error of a stack that failed', async t => {
  const marked = resourceChange({
    actions: ['create'],
    after: { note: 'known by its mark', file: 'a: 1\npassword: known-by-its-n4me\n' },
    afterSensitive: { note: true },
  });
  const detail = 'refused: known by its mark, known-by-its-n4me, known-to-the-run\nrun --password=x9Lm';
  const review = buildReview(
    reviewInput(
      [
        planned(planJson([marked])),
        { kind: 'failed', stack: 'ec2', error: { summary: 'known-to-the-run', detail } },
      ],
      { secrets: ['known-to-the-run'] },
    ),
  );
  t.notMatch(reviewJson(review), /known.(?:by|to)|x9Lm/);
});
