/** The one door to Handlebars: templates/ lies beside the rooms, each path mirroring the rendered file's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { Failure } from '../core/failure.ts';
import { renderHcl, renderYaml } from '../core/quote.ts';
import { quoteShellWord } from '../core/shell-word.ts';

const handlebars = Handlebars.create();
handlebars.registerHelper('hcl', (value: unknown) => renderHcl(value));
handlebars.registerHelper('yaml', (value: unknown) => renderYaml(value));
handlebars.registerHelper('shell', (value: unknown) => quoteShellWord(String(value)));
handlebars.registerHelper('first', (list: readonly unknown[]) => list[0]);

/** Collects the fields that a template reads: Handlebars' own strict mode overlooks those of helpers and sections. */
class FieldCollector extends Handlebars.Visitor {
  readonly fields: string[] = [];

  override PathExpression(path: hbs.AST.PathExpression): void {
    const isHelper = Object.hasOwn(handlebars.helpers, path.original);
    if (!path.data && path.parts.length > 0 && !isHelper) this.fields.push(path.parts.join('.'));
  }
}

/**
 * Renders templates/<name>.hbs. Strict: a field that the data lacks is an error, never an empty string.
 * @throws Failure that names the template and the missing field
 */
export function renderTemplate(root: string, name: string, data: object): string {
  const path = join('templates', `${name}.hbs`);
  const source = readFileSync(join(root, path), 'utf8');
  try {
    const collector = new FieldCollector();
    collector.accept(handlebars.parse(source));
    const missing = collector.fields.filter(field => valueAt(data, field) === undefined);
    if (missing.length > 0) throw new TypeError(`the data lacks ${missing.join(', ')}`);
    return handlebars.compile(source, { noEscape: true, strict: true, preventIndent: true })(data);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Failure({ where: path, what: `cannot be rendered: ${what}`, cause });
  }
}

function valueAt(data: object, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? Object.entries(value).find(([k]) => k === key)?.[1]
          : undefined,
      data,
    );
}
