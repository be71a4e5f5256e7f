/** The tables of inputs and outputs that each README under terraform/ carries between two markers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { terraformDir, terraformFolders } from './terraform.ts';

export const markers = {
  begin: '<!-- BEGIN INPUTS AND OUTPUTS -->',
  end: '<!-- END INPUTS AND OUTPUTS -->',
} as const;

/** A README, what is in it and what belongs there; `wanted` is undefined where the markers are missing. */
export type Readme = {
  /** Below terraform/: `network/README.md`. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly wanted: string | undefined;
};

/** Every stack's and module's README. */
export function readReadmes(): readonly Readme[] {
  return terraformFolders().map(folder => {
    const path = join(terraformDir, folder, 'README.md');
    const text = readFileSync(path, 'utf8');
    return { name: join(folder, 'README.md'), path, text, wanted: fillReadme(text, readFolder(folder)) };
  });
}

/**
 * Puts the tables of a folder between the markers of its README.
 * @param hcl text of all its .tf files
 * @returns undefined when the README does not have each marker once, in their order
 */
export function fillReadme(readme: string, hcl: string): string | undefined {
  const parts = readme.split(markers.begin);
  const rest = parts[1]?.split(markers.end);
  if (parts.length !== 2 || rest?.length !== 2) return undefined;
  return `${parts[0]}${markers.begin}\n\n${renderTables(hcl)}\n${markers.end}${rest[1]}`;
}

/** Renders the tables of what the text declares, in the order of the declarations. */
export function renderTables(hcl: string): string {
  const inputs = findBlocks(hcl, 'variable').map(({ label, body }) => [
    codeCell(label),
    codeCell(oneLine(attributeOf(body, 'type') ?? '')),
    defaultCell(attributeOf(body, 'default')),
    textCell(stringOf(attributeOf(body, 'description') ?? '""')),
  ]);
  const outputs = findBlocks(hcl, 'output').map(({ label, body }) => [
    codeCell(label),
    textCell(stringOf(attributeOf(body, 'description') ?? '""')),
  ]);
  return [
    '## Inputs',
    '',
    ...tableLines(['name', 'type', 'default', 'description'], inputs),
    '',
    '## Outputs',
    '',
    ...tableLines(['name', 'description'], outputs),
    '',
  ].join('\n');
}

/** The blocks of a type with one label, as terraform fmt leaves them: opened and closed at the start of a line. */
function findBlocks(hcl: string, type: string): readonly { readonly label: string; readonly body: string }[] {
  return [...hcl.matchAll(new RegExp(`^${type} "([^"]+)" \\{\\n([\\s\\S]*?)^\\}`, 'gm'))].map(
    ([, label = '', body = '']) => ({ label, body }),
  );
}

/** The expression of a block's own attribute: up to the end of the line on which its last bracket closes. */
function attributeOf(body: string, name: string): string | undefined {
  const start = new RegExp(`^ {2}${name} += `, 'm').exec(body);
  if (start === null) return undefined;
  let expression = '';
  let depth = 0;
  for (const line of body.slice(start.index + start[0].length).split('\n')) {
    const code = withoutComment(line);
    depth += bracketsOpened(code);
    expression += `${code.trimEnd()}\n`;
    if (depth === 0) break;
  }
  return expression.trimEnd();
}

const stringLiteral = /"(?:[^"\\]|\\.)*"/g;

function withoutComment(line: string): string {
  return /^(?:[^"#]|"(?:[^"\\]|\\.)*")*/.exec(line)?.[0] ?? line;
}

function bracketsOpened(code: string): number {
  const bare = code.replace(stringLiteral, '');
  return (bare.match(/[([{]/g)?.length ?? 0) - (bare.match(/[)\]}]/g)?.length ?? 0);
}

/** The same expression in one line: what stood on lines of its own is parted by commas, aligned signs close up. */
function oneLine(expression: string): string {
  return expression
    .split('\n')
    .map(line => line.trim().replace(/^([\w"-]+) +=/, '$1 ='))
    .filter(line => line !== '')
    .reduce((text, line) => {
      if (text === '') return line;
      if (/[([]$/.test(text)) return `${text}${line}`;
      if (/^[)\]]/.test(line)) return `${text.replace(/,$/, '')}${line}`;
      if (/^\}/.test(line)) return `${text.replace(/,$/, '')} ${line}`;
      return /[{,]$/.test(text) ? `${text} ${line}` : `${text}, ${line}`;
    }, '');
}

/** What a quoted HCL string without interpolations says. */
function stringOf(expression: string): string {
  return expression
    .slice(1, -1)
    .replace(/\\(["\\])/g, '$1')
    .replace(/([$%])\1\{/g, '$1{');
}

function defaultCell(expression: string | undefined): string {
  return expression === undefined ? 'required' : codeCell(oneLine(expression));
}

function codeCell(code: string): string {
  return `\`${code.replaceAll('|', '\\|')}\``;
}

/** Text in which Markdown finds nothing but what stands between backticks. */
function textCell(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, index) =>
      index % 2 === 1
        ? part.replaceAll('|', '\\|')
        : part.replace(/[<*|\\[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&'),
    )
    .join('');
}

function tableLines(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return ['None.'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)];
}

function readFolder(folder: string): string {
  return readdirSync(join(terraformDir, folder))
    .filter(name => name.endsWith('.tf'))
    .sort()
    .map(name => readFileSync(join(terraformDir, folder, name), 'utf8'))
    .join('\n');
}
