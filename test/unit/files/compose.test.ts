import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import t from 'tap';
import { parse } from 'yaml';
import { z } from 'zod';
import { listOf, parseCommandLine } from '../../../scripts/core/command-line.ts';
import { commandLines } from '../../../scripts/core/command-lines.ts';
import { credentialNames } from '../../../scripts/core/upload-credentials.ts';
import { emulatorVersion } from '../../../scripts/edge/emulator.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Compose files merge `<<` as YAML 1.1 has it. */
const parseCompose = (text: string): unknown => parse(text, { merge: true });

// Some keywords of the schema are notes for readers, and it names formats of its own.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
// The schema of schemas has http in its name, which this one spells https.
const isCompose = ajv.compile({
  ...JSON.parse(read('test/fixtures/compose-spec/compose-spec.json')),
  $schema: 'http://json-schema.org/draft-07/schema#',
});
const faultsOf = (text: string) =>
  isCompose(parseCompose(text))
    ? []
    : (isCompose.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);

const composeSchema = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string().optional(),
      build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
      command: z.string().optional(),
      environment: z.array(z.string()).default([]),
      volumes: z.array(z.string()).default([]),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
      profiles: z.array(z.string()).default([]),
    }),
  ),
  volumes: z.record(z.string(), z.unknown()),
});
const text = read('compose.yaml');
const { services, volumes } = composeSchema.parse(parseCompose(text));

/** The words of a command after Compose has put the variables in (compose-spec, "Interpolation"). */
function wordsOf(command: string, bucket: string): readonly string[] {
  return command
    .replace('${MILLRACE_BUCKET:+--bucket $MILLRACE_BUCKET}', bucket === '' ? '' : `--bucket ${bucket}`)
    .replace('${MILLRACE_BUCKET:-millrace-offline}', bucket === '' ? 'millrace-offline' : bucket)
    .split(' ')
    .filter(word => word !== '');
}

t.test("compose.yaml is what Compose's own schema asks for", async t => {
  t.strictSame(faultsOf(text), []);
});

t.test('the schema finds what is wrong', async t => {
  const damages = [
    ['condition: service_completed_successfully', 'condition: service_is_done', /condition must be equal to/],
    ['    container_name:', '    containername:', /services\/upload must NOT have additional properties/],
    ['profiles: [offline]', 'profiles: offline', /profiles must be array/],
  ] as const;
  for (const [good, bad, fault] of damages) {
    t.ok(text.includes(good), good);
    t.match(faultsOf(text.replaceAll(good, bad)).join('\n'), fault);
  }
});

t.test('what services name is there', async t => {
  for (const [name, { build, volumes: mounts, depends_on }] of Object.entries(services)) {
    for (const mount of mounts) {
      const [source = ''] = mount.split(':');
      t.ok(
        source.startsWith('./') ? existsSync(join(root, source)) : source in volumes,
        `${name}: ${source}`,
      );
    }
    if (build !== undefined) t.ok(existsSync(join(root, build.context, build.dockerfile)), build.dockerfile);
    for (const other of Object.keys(depends_on)) {
      const { profiles = [] } = services[other] ?? {};
      t.ok(other in services, `${name} waits for ${other}`);
      t.ok(
        profiles.every(profile => services[name]?.profiles.includes(profile)),
        `${other} starts with it`,
      );
    }
  }
});

t.test('the uploader gets operands that it takes, and every name that credentials have', async t => {
  const lines = [
    ['upload', '', { operands: ['/data'] }],
    ['upload', 'my-bucket', { operands: ['/data'], bucket: 'my-bucket' }],
    ['upload-offline', '', { operands: ['/data'], bucket: 'millrace-offline' }],
    ['upload-offline', 'my-bucket', { operands: ['/data'], bucket: 'my-bucket' }],
  ] as const;
  for (const [service, bucket, expected] of lines) {
    const words = wordsOf(services[service]?.command ?? '', bucket);
    const values = parseCommandLine(commandLines.upload, words);
    t.match({ ...values, operands: listOf(values, 'operands') }, expected);
  }
  const passed = services['upload']?.environment ?? [];
  for (const name of credentialNames) t.ok(passed.includes(name), name);
  t.notOk(services['upload-offline']?.environment.some(entry => /^aws_/i.test(entry)));
});

t.test('plain up fills the volume and uploads to aws; the emulator is for who asks for it', async t => {
  const plain = Object.keys(services).filter(name => services[name]?.profiles.length === 0);
  t.same(plain, ['init', 'upload']);
  const isEmulator = (entry: string) => entry.startsWith('MILLRACE_EMULATOR_URL');
  t.notOk(services['upload']?.environment.some(isEmulator));
  t.ok(services['upload-offline']?.environment.some(isEmulator));
  t.match(read('files/docker/uploader/Dockerfile'), /^ENV .*\bMILLRACE_CONTAINER=true$/m);
});

t.test('documents start services that are there', async t => {
  for (const file of ['README.md', 'docs/operations.md', 'compose.yaml', 'scripts/edge/target-choice.ts']) {
    const started = [...read(file).matchAll(/docker compose up((?: [\w-]+)*)/g)];
    t.ok(started.length > 0, file);
    const words = started.flatMap(([, words = '']) => words.split(' '));
    for (const word of words) t.ok(/^(-.*)?$/.test(word) || word in services, `${file}: ${word}`);
  }
});

t.test('images are pinned: by digest, and the emulator to the version of requirements.txt', async t => {
  t.equal(services['emulator']?.image, `docker.io/ministackorg/ministack:${emulatorVersion(root).version}`);
  for (const file of ['Dockerfile', 'Dockerfile.init']) {
    const bases = [...read(`files/docker/uploader/${file}`).matchAll(/^ARG \w+_IMAGE=(.*)$/gm)];
    t.ok(bases.length > 0);
    for (const [, image] of bases) t.match(image, /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
  }
});
