import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import t from 'tap';
import { terraformDir, terraformFolders } from '../../helpers/terraform.ts';

const folders = terraformFolders();
const stacks = folders.filter(folder => !folder.startsWith('modules'));
const modules = folders.filter(folder => folder.startsWith('modules'));

function readFolder(folder: string): string {
  return readdirSync(join(terraformDir, folder))
    .filter(name => name.endsWith('.tf'))
    .map(name => readFileSync(join(terraformDir, folder, name), 'utf8'))
    .join('\n');
}

/** The top-level blocks of a type, each with its labels and its text. */
function findBlocks(hcl: string, type: string): readonly { labels: string; text: string }[] {
  return [...hcl.matchAll(new RegExp(`^${type} ([^{]*)\\{\\n([\\s\\S]*?)^\\}`, 'gm'))].map(
    ([, labels = '', text = '']) => ({ labels: labels.trim(), text }),
  );
}

t.test('a stack and a module never share a name', async t => {
  const names = folders.map(folder => basename(folder));
  t.equal(new Set(names).size, names.length, names.join(', '));
});

t.test('every folder has a README, pinned versions and tests', async t => {
  for (const folder of folders) {
    for (const name of ['README.md', 'versions.tf', 'variables.tf', 'outputs.tf', 'tests']) {
      t.ok(existsSync(join(terraformDir, folder, name)), `${folder}/${name}`);
    }
    const [block] = findBlocks(readFolder(folder), 'terraform');
    t.match(block?.text, /required_version = ">= 1\.11, < 2"/, folder);
    t.match(block?.text, /version = "~> 5\.100"/, folder);
  }
});

t.test('every variable has a description and a type, every output a description', async t => {
  for (const folder of folders) {
    const hcl = readFolder(folder);
    for (const { labels, text } of findBlocks(hcl, 'variable')) {
      t.match(text, /^ {2}description = ".+"$/m, `${folder} variable ${labels}`);
      t.match(text, /^ {2}type += /m, `${folder} variable ${labels}`);
    }
    for (const { labels, text } of findBlocks(hcl, 'output')) {
      t.match(text, /^ {2}description = ".+"$/m, `${folder} output ${labels}`);
    }
  }
});

t.test('every validation shows the value it got and has its test', async t => {
  for (const folder of folders) {
    const tests = readdirSync(join(terraformDir, folder, 'tests'))
      .map(name => readFileSync(join(terraformDir, folder, 'tests', name), 'utf8'))
      .join('\n');
    const expected = [...tests.matchAll(/expect_failures = \[([^\]]*)\]/g)].map(match => match[1]).join(',');
    for (const { labels, text } of findBlocks(readFolder(folder), 'variable')) {
      const name = labels.replaceAll('"', '');
      const messages = [...text.matchAll(/error_message = "(.*)"/g)].map(match => match[1] ?? '');
      if (messages.length === 0) continue;
      t.match(expected, new RegExp(`\\bvar\\.${name}\\b`), `${folder} refuses a bad ${name}`);
      // A value that could be a private key is never shown.
      if (name === 'public_key') continue;
      for (const message of messages) t.match(message, /got .*\$\{/, `${folder} variable ${name}`);
    }
  }
});

t.test('stacks keep state in S3, refuse other accounts and tag everything', async t => {
  for (const folder of stacks) {
    const hcl = readFolder(folder);
    t.match(hcl, /^ {2}backend "s3" \{\}$/m, folder);
    const [provider] = findBlocks(hcl, 'provider');
    t.match(provider?.text, /allowed_account_ids = \[var\.account_id\]/, folder);
    for (const tag of ['project', 'business', 'environment', 'stack']) {
      t.match(provider?.text, new RegExp(`^ {6}${tag} += `, 'm'), `${folder} tag ${tag}`);
    }
  }
});

t.test('modules bring no provider of their own', async t => {
  for (const folder of modules) t.strictSame(findBlocks(readFolder(folder), 'provider'), [], folder);
});

t.test('the AWS configuration knows of no emulator', async t => {
  for (const folder of folders)
    t.notMatch(readFolder(folder), /emulator|endpoint_url|skip_|localhost/i, folder);
});

t.test('all stacks lock the same provider for every platform', async t => {
  const locks = stacks.map(folder => readFileSync(join(terraformDir, folder, '.terraform.lock.hcl'), 'utf8'));
  t.equal(new Set(locks).size, 1, 'the lock files are the same');
  t.equal(locks[0]?.match(/"zh:[0-9a-f]{64}"/g)?.length, 15, "one checksum for each of the release's files");
  t.match(locks[0], /"h1:[^"]+"/, 'and the one that an offline init on Linux checks');
});

t.test('every override stands under the heading of its gap, for a folder that exists', async t => {
  const names = new Map(folders.map(folder => [basename(folder), folder]));
  const gaps: string[] = [];
  for (const file of readdirSync(join(terraformDir, 'emulator'))) {
    t.ok(names.has(basename(file, '.tf')), `${file} is named for a stack or a module`);
    const text = readFileSync(join(terraformDir, 'emulator', file), 'utf8');
    const blocks = [...text.matchAll(/^(?:# gap: (\S+) - .+\n)?(?:resource|provider|data|module) /gm)];
    t.not(blocks.length, 0, file);
    for (const [heading, gap] of blocks) t.ok(gap, `${file}: ${heading.trim()} needs its heading`);
    gaps.push(...blocks.map(([, gap = '']) => gap));
  }
  t.equal(new Set(gaps).size, gaps.length, gaps.join(', '));
});
