/** The reasons that stand beside a wildcard in the source: a comment on its line, or on the line above. */

type Block = { readonly sid: string; readonly isLiteral: boolean; readonly lines: readonly string[] };

/**
 * Whether the wildcard of a statement has its reason, in each place where the statement could have come from.
 * @param texts .tf files of the folders that made the resource
 * @returns why not, or undefined
 */
export function findMissingReason(
  texts: readonly string[],
  sid: string | undefined,
  wildcard: string,
): string | undefined {
  if (sid === undefined) return 'it has no Sid by which its source can be found';
  const blocks = texts.flatMap(findStatements);
  const literal = blocks.filter(block => block.isLiteral && matches(block.sid, sid));
  const candidates = literal.length > 0 ? literal : blocks.filter(block => !block.isLiteral);
  const places = candidates.flatMap(block => placesOf(block, wildcard, texts));
  if (places.length === 0) return 'no statement of that Sid in its source has it';
  const isExplained = places.every(({ line, above }) => hasComment(line) || /^\s*#/.test(above));
  return isExplained ? undefined : 'no comment on its line or the line above says why';
}

type Place = { readonly line: string; readonly above: string };

/** The lines that hold the wildcard: in the statement, or where a local that it uses is defined, or its use. */
function placesOf({ lines }: Block, wildcard: string, texts: readonly string[]): readonly Place[] {
  const literal = findPlaces(lines, line => holds(line, wildcard));
  if (literal.length > 0) return literal;
  const attribute = wildcard === '*' || wildcard.startsWith('arn:') ? 'resources?' : 'actions?';
  const use = new RegExp(`^\\s*${attribute}\\s*=(?:.*\\blocal\\.|(?!\\s*\\[?\\s*"))`, 'i');
  return findPlaces(lines, line => use.test(line)).flatMap(place => {
    const locals = [...place.line.matchAll(/\blocal\.([\w-]+)/g)].map(([, name]) => name);
    const definitions = findPlaces(
      texts.flatMap(text => text.split('\n')),
      line => locals.some(name => new RegExp(`^\\s*${name}\\s*=`).test(line)) && holds(line, wildcard),
    );
    return definitions.length > 0 ? definitions : [place];
  });
}

function findPlaces(lines: readonly string[], isPlace: (line: string) => boolean): readonly Place[] {
  return lines.flatMap((line, index) => (isPlace(line) ? [{ line, above: lines[index - 1] ?? '' }] : []));
}

function holds(line: string, wildcard: string): boolean {
  return literalsOf(line).some(text => text.includes('*') && matches(text, wildcard));
}

/** Every object that has a Sid, with the line before it, as terraform fmt leaves them. */
function findStatements(text: string): readonly Block[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const found = /^\s*[Ss]id\s*=\s*(?:"([^"]*)"|(.+?))\s*(?:#.*)?$/.exec(line);
    if (found === null) return [];
    const [, quoted, expression = ''] = found;
    return [{ sid: quoted ?? expression, isLiteral: quoted !== undefined, lines: blockAround(lines, index) }];
  });
}

function blockAround(lines: readonly string[], index: number): readonly string[] {
  let depth = 0;
  let start = index;
  while (start > 0 && depth <= 0) {
    start -= 1;
    depth += openings(lines[start] ?? '');
  }
  depth = 0;
  let end = index;
  while (end < lines.length - 1 && depth >= 0) {
    end += 1;
    depth += openings(lines[end] ?? '');
  }
  return lines.slice(start, end + 1);
}

/** How many braces a line opens beyond those it closes; braces in strings and comments are text. */
function openings(line: string): number {
  const code = line.replace(/"(?:[^"\\]|\\.)*"/g, '').replace(/#.*$/, '');
  return (code.match(/\{/g)?.length ?? 0) - (code.match(/\}/g)?.length ?? 0);
}

/** Whether a text of the source, with its interpolations, could have become the value. */
function matches(source: string, value: string): boolean {
  const parts = source.split(/\$\{[^}]*\}/).map(part => part.replace(/[.*+?^$()[\]\\|{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(value);
}

function literalsOf(line: string): readonly string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text);
}

function hasComment(line: string): boolean {
  return /#\s*\S/.test(line.replace(/"(?:[^"\\]|\\.)*"/g, ''));
}
