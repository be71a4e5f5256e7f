import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { Failure } from '../../../scripts/core/failure.ts';
import { renderTemplate } from '../../../scripts/edge/templates.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const templates = readdirSync(join(root, 'templates'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.hbs'))
  .map(name => name.replace(/\.hbs$/, ''))
  .sort();

/** The fields that a template reads, as dotted paths. */
function fieldsOf(template: string): readonly string[] {
  const source = readFileSync(join(root, 'templates', `${template}.hbs`), 'utf8');
  const words = [...source.matchAll(/\{\{([^}]+)\}\}/g)].flatMap(([, inside = '']) =>
    inside.split(/[\s()]+/).filter(word => /^[a-zA-Z][\w.]*$/.test(word)),
  );
  return [...new Set(words)].filter(word => !['hcl', 'yaml', 'shell', 'first', 'this'].includes(word));
}

/** Data in which each of the fields holds a list of one text. */
function dataWith(fields: readonly string[]): object {
  const data = {};
  for (const field of fields) {
    const parts = field.split('.');
    let group: Record<string, unknown> = data;
    for (const part of parts.slice(0, -1)) {
      const inner = Object.entries(group).find(([key]) => key === part)?.[1] ?? {};
      group[part] = inner;
      group = Object.assign(inner);
    }
    group[parts.at(-1) ?? ''] = ['x'];
  }
  return data;
}

t.test('renders a template with the languages of its helpers', async t => {
  const dir = t.testdir({
    templates: {
      'x.hbs': '{{a}} {{hcl a}} {{yaml a}} {{shell a}} {{hcl (first b)}}\n{{#each b}}{{this}};{{/each}}',
    },
  });
  const data = { a: `<&"'\${x}{{y}}`, b: [1, 2] };
  t.equal(
    renderTemplate(dir, 'x', data),
    `<&"'\${x}{{y}} "<&\\"'\\u0024{x}{{y}}" !unsafe "<&\\"'\${x}{{y}}" '<&"'\\''\${x}{{y}}' 1\n1;2;`,
  );
});

for (const template of templates) {
  t.test(`refuses to render ${template} when any field is missing, and names it`, async t => {
    const fields = fieldsOf(template);
    t.ok(fields.length > 0);
    t.doesNotThrow(() => renderTemplate(root, template, dataWith(fields)));
    for (const missing of fields) {
      const data = dataWith(fields.filter(field => field !== missing));
      t.throws(
        () => renderTemplate(root, template, data),
        {
          name: 'Failure',
          where: `templates/${template}.hbs`,
          message: new RegExp(missing.replaceAll('.', '\\.')),
        },
        missing,
      );
    }
  });
}

t.test('refuses a value that the language cannot hold, and names the template', async t => {
  const dir = t.testdir({ templates: { 'x.hbs': '{{hcl a}}' } });
  t.throws(() => renderTemplate(dir, 'x', { a: () => 1 }), Failure);
});
