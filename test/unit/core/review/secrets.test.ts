/** Secrets planted in odd places: every text that a review can hold is such a place. */
import t from 'tap';
import { z } from 'zod';
import { buildReview } from '../../../../scripts/core/review/build-review.ts';
import type { ReviewInput } from '../../../../scripts/core/review/input.ts';
import { reviewJson, reviewSchema } from '../../../../scripts/core/review/model.ts';
import { renderReviewHtml } from '../../../../scripts/core/review/render-html.ts';
import { renderReviewMarkdown } from '../../../../scripts/core/review/render-markdown.ts';
import { renderReviewText } from '../../../../scripts/core/review/render-text.ts';
import { projectRoot } from '../../../../scripts/edge/entry.ts';
import { readPageParts } from '../../../../scripts/edge/review-files.ts';
import { planJson, planned, resourceChange, reviewInput, reviewMeta } from '../../../helpers/plans/inputs.ts';

const planted: string[] = [];

/** A secret that is known by its form alone. */
function token(): string {
  const secret = `ghp_${`${planted.length}`.padStart(36, 'x')}`;
  planted.push(secret);
  return secret;
}

/** A secret that nothing tells but a mark or a name. */
function word(): string {
  const secret = `plain-secret-no-${planted.length}-end`;
  planted.push(secret);
  return secret;
}

/** Its base64 is not to be found either. */
function encoded(): string {
  const text = Buffer.from(`#!/bin/sh\nexport X=hidden-in-base64-${planted.length}\n`).toString('base64');
  planted.push(text.replace(/=+$/, ''));
  return text;
}

const marked = { before: word(), after: word() };
const variable = word();
const named = word();
const multiline = `begin of a long secret ${planted.length}\nmiddle of a long secret\nend of a long secret`;
planted.push(multiline, 'middle of a long secret');
const key = `-----BEGIN ${'RSA PRIVATE KEY'}-----\nplantedkeyplantedkeyplantedkey\n-----END ${'RSA PRIVATE KEY'}-----`;
planted.push('plantedkeyplantedkeyplantedkey');
const json = (value: object) => JSON.stringify(value);
const statement = (sid: string, action: string) => ({
  Sid: sid,
  Effect: 'Allow',
  Action: action,
  Resource: '*',
});

const plan = planJson(
  [
    resourceChange({
      type: 'aws_db_instance',
      address: `module.db["${token()}"].aws_db_instance.this`,
      actions: ['update'],
      before: {
        password: word(),
        note: marked.before,
        plain: `contains ${marked.before}`,
        policy: json({ Statement: [statement('Same', 'a:B'), statement(`Old${token()}`, 'a:C')] }),
        environment: [{ variables: { DB_PASSWORD: word(), PLAIN: 'x' } }],
        container: json([
          { name: 'API_TOKEN', value: word() },
          { name: 'x', value: 'a'.repeat(70) },
        ]),
        list: [`old ${token()}`, 'same'],
        blocks: [{ a: 1, secret_string: word() }, { a: 2 }],
        script: `one\ntwo ${token()}\nthree`,
        [`key ${token()}`]: 1,
        tags: { [token()]: 'x' },
        url: `https://user:${word()}@host/`,
        gone: token(),
        document: json({ deep: { private_key: word() }, long: 'a'.repeat(70) }),
      },
      after: {
        password: word(),
        note: marked.after,
        plain: `contains ${marked.after}`,
        policy: json({ Statement: [statement('Same', `s3:${token()}`), statement('New', `a:${token()}`)] }),
        environment: [{ variables: { DB_PASSWORD: word(), PLAIN: variable } }],
        container: json([
          { name: 'API_TOKEN', value: word() },
          { name: 'x', value: 'b'.repeat(70) },
        ]),
        list: [`new ${token()}`, 'same'],
        blocks: [
          { a: 1, secret_string: word() },
          { a: 3, b: token() },
          { a: 4, note: named },
        ],
        script: `one\n2 ${token()}\n${key}\nthree`,
        user_data: multiline,
        user_data_base64: encoded(),
        url: `https://user:${word()}@host/`,
        added: token(),
        header: `Authorization: Bearer ${token()}`,
        arguments: `--verbose --api-token ${word()}`,
        document: json({ deep: { private_key: word() }, long: 'b'.repeat(70), jwt: token() }),
      },
      beforeSensitive: { note: true },
      afterSensitive: { note: true },
      extra: { deposed: token() },
    }),
    resourceChange({
      type: 'aws_replaced',
      address: 'aws_replaced.this',
      actions: ['delete', 'create'],
      before: { name: token() },
      after: { name: token() },
      replacePaths: [['name']],
      extra: { previous_address: `aws_replaced.old["${token()}"]` },
    }),
    resourceChange({
      type: 'aws_imported',
      actions: ['no-op'],
      extra: {
        change: { actions: ['no-op'], before: {}, after: {}, importing: { id: `id-${token()}` } },
      },
    }),
    resourceChange({
      type: 'aws_new',
      actions: ['create'],
      after: { id: token(), secret: word() },
      afterUnknown: { [`attribute ${token()}`]: true },
    }),
    resourceChange({
      type: 'aws_kms_key',
      actions: ['delete'],
      before: { id: token(), tags: { a: token() } },
    }),
    resourceChange({
      type: 'aws_iam_policy',
      address: 'aws_iam_policy.reason',
      actions: ['create'],
      after: { policy: json({ Statement: [{ Effect: 'Allow', Action: '*', Resource: `arn:${token()}` }] }) },
      extra: { action_reason: 'read_because_config_unknown' },
    }),
  ],
  {
    variables: {
      db_password: { value: named },
      hidden: { value: variable },
      long_token: { value: multiline },
    },
    configuration: { root_module: { variables: { hidden: { sensitive: true } } } },
    resource_drift: [
      resourceChange({
        type: 'aws_drifted',
        actions: ['update'],
        before: { token: word(), note: 'x' },
        after: { token: word(), note: token() },
      }),
    ],
    checks: [
      {
        address: { kind: 'check', to_display: `check.${token()}` },
        status: 'fail',
        instances: [{ problems: [{ message: `got ${token()}` }] }],
      },
    ],
    output_changes: {
      [`out_${token()}`]: { actions: ['create'], before: null, after: { a: token() }, after_unknown: false },
      list: { actions: ['update'], before: [`old ${token()}`], after: [`new ${token()}`] },
      text: { actions: ['update'], before: 'a\nb', after: `a\nb ${token()}` },
      rules: {
        actions: ['update'],
        before: json({ Statement: [statement('One', 'a:B')] }),
        after: json({ Statement: [statement(`One ${token()}`, `a:${token()}`)] }),
      },
      api_secret: { actions: ['update'], before: word(), after: word(), after_unknown: false },
      quoted: {
        actions: ['update'],
        before: 'x',
        after: `the middle of a long secret`,
        after_unknown: false,
      },
    },
  },
);

const inputs: readonly ReviewInput[] = [
  reviewInput(
    [
      planned(plan),
      {
        kind: 'failed',
        stack: 'ec2',
        error: {
          summary: `no ${token()}`,
          detail: `line one\npassword = "${word()}"\nseen: ${marked.after}`,
          address: `aws_x.y["${token()}"]`,
        },
      },
      { kind: 'deferred', stack: 'mpp', waitsFor: [{ value: token(), fromStack: token() }] },
    ],
    {
      host: {
        kind: 'checked',
        changes: [
          {
            host: token(),
            task: `Write ${token()}`,
            diff: `--- before\n+++ after\n-password: ${word()}\n+password: ${word()}\n+${key}\n`,
          },
        ],
      },
      meta: {
        ...reviewMeta,
        environment: `env ${token()}`,
        commit: token(),
        toolVersions: { terraform: token() },
        madeAt: token(),
        configDigest: token(),
      },
    },
  ),
  reviewInput([], { host: { kind: 'deferred', reason: `no host at ${token()}` } }),
  reviewInput([], {
    host: { kind: 'failed', error: { summary: token(), detail: `known to the run: ${'run-secret-value'}` } },
    secrets: ['run-secret-value'],
  }),
];
planted.push('run-secret-value');

const reviews = inputs.map(buildReview);

t.test('plants at least fifty', async t => {
  t.ok(new Set(planted).size >= 50, `${new Set(planted).size}`);
});

t.test('shows none of them in any rendering', async t => {
  const page = readPageParts(projectRoot);
  const texts = reviews.flatMap(review => [
    reviewJson(review),
    renderReviewText(review, { width: 10_000, color: false }),
    renderReviewText(review, { width: 80, color: true }),
    renderReviewMarkdown(review, { limit: 65_536 }),
    renderReviewHtml(review, page),
  ]);
  for (const text of texts) {
    t.same(
      planted.filter(secret => text.includes(secret)),
      [],
    );
    t.ok(text.includes('[redacted]'));
  }
});

t.test('covers every text that a review can hold', async t => {
  const held = new Set(reviews.flatMap(review => [...redactedPlaces(review)]));
  const schema: Schema = JSON.parse(JSON.stringify(z.toJSONSchema(reviewSchema)));
  t.same(
    textPlaces(schema).filter(place => !held.has(place) && !ours.includes(place)),
    [],
    'a text of the model without a secret planted in it',
  );
});

/** Words of this project or of a provider's schema, never of a user's values. */
const ours = [
  'stacks[].stack',
  'entries[error].stack',
  'entries[resource].stack',
  'entries[check].stack',
  'entries[resource].resourceType',
  'entries[resource].reason',
  'entries[output].stack',
  'entries[deferred].stack',
];

type Schema = {
  readonly type?: unknown;
  readonly const?: unknown;
  readonly enum?: unknown;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly additionalProperties?: Schema | boolean | undefined;
  readonly items?: Schema | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
};

/** Every place of a free text by its path, with the kind of a variant in brackets. */
function textPlaces(schema: Schema, path = ''): readonly string[] {
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const own =
    schema.type === 'string' && schema.const === undefined && schema.enum === undefined ? [path] : [];
  return [
    ...own,
    ...variants.flatMap(variant => textPlaces(variant, withKind(path, variant.properties?.['kind']?.const))),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) => textPlaces(part, join(path, name))),
    ...(typeof schema.additionalProperties === 'object'
      ? textPlaces(schema.additionalProperties, `${path}.*`)
      : []),
    ...(schema.items === undefined ? [] : textPlaces(schema.items, `${path}[]`)),
  ];
}

/** The places of a review where something was hidden. */
function redactedPlaces(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'string') return value.includes('[redacted]') ? [path] : [];
  if (Array.isArray(value))
    return value.flatMap(item => redactedPlaces(item, withKind(`${path}[]`, kindOf(item))));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const place = path === 'meta.toolVersions' ? `${path}.*` : join(path, name);
    return redactedPlaces(item, withKind(place, kindOf(item)));
  });
}

function kindOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
}

/** Of a variant, its kind stands in the brackets of the list, or in some of its own. */
function withKind(path: string, kind: unknown): string {
  if (typeof kind !== 'string' || /^(stacks|host)/.test(path)) return path;
  return path.endsWith('[]') ? `${path.slice(0, -1)}${kind}]` : `${path}[${kind}]`;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
