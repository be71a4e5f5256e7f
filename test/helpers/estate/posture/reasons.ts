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
  const isExplained = places.every(
    place => isCommented(place) || isExplainedByLocals(place, texts, wildcard),
  );
  return isExplained ? undefined : 'no comment on its line or the line above says why';
}

type Place = { readonly line: string; readonly above: string };

/** The lines of the statement that hold the wildcard; or that use a local which holds it, or whatever is passed in. */
function placesOf({ lines }: Block, wildcard: string, texts: readonly string[]): readonly Place[] {
  const literal = findPlaces(lines, line => holds(line, wildcard));
  const named = findPlaces(lines, line =>
    definitionsOf(line, texts).some(({ line }) => holds(line, wildcard)),
  );
  if (literal.length + named.length > 0) return [...literal, ...named];
  const attribute = wildcard === '*' || wildcard.startsWith('arn:') ? 'resources?' : 'actions?';
  const use = new RegExp(`^\\s*${attribute}\\s*=(?:.*\\blocal\\.|(?!\\s*\\[?\\s*"))`, 'i');
  return findPlaces(lines, line => use.test(line));
}

/** Whether the locals that bring the wildcard say why: each on its line, or patterns of names above their block. */
function isExplainedByLocals({ line }: Place, texts: readonly string[], wildcard: string): boolean {
  const isPattern = /[^:/*]\*/.test(wildcard);
  const definitions = definitionsOf(line, texts);
  return (
    definitions.length > 0 &&
    definitions.every(definition => isCommented(definition) || (isPattern && isCommented(definition.head)))
  );
}

type Definition = Place & { readonly head: Place };

/** The lines with a wildcard in the definitions of the locals that a line uses: `local.name`, `local.map.key`. */
function definitionsOf(line: string, texts: readonly string[]): readonly Definition[] {
  return [...line.matchAll(/\blocal\.([\w-]+)(?:\.([\w-]+))?/g)].flatMap(([, name = '', key]) => {
    const ofKey = key === undefined ? [] : definitionsNamed(key, texts);
    return ofKey.length > 0 ? ofKey : definitionsNamed(name, texts);
  });
}

function definitionsNamed(name: string, texts: readonly string[]): readonly Definition[] {
  return texts.flatMap(text => {
    const lines = text.split('\n');
    return lines.flatMap((line, index) => {
      if (!new RegExp(`^\\s*${name}\\s*=`).test(line)) return [];
      const headLine = lines.slice(0, index).findLastIndex(line => /^locals \{/.test(line));
      if (headLine < 0) return [];
      const head = { line: '', above: lines[headLine - 1] ?? '' };
      return definitionLines(lines, index)
        .filter(({ line }) => literalsOf(line).some(text => text.includes('*')))
        .map(place => ({ ...place, head }));
    });
  });
}

/** From the name to the end of its value: one line, or to the line that closes what it opens. */
function definitionLines(lines: readonly string[], start: number): readonly Place[] {
  let end = start;
  for (let depth = openings(lines[start] ?? ''); depth > 0 && end < lines.length - 1; ) {
    end += 1;
    depth += openings(lines[end] ?? '');
  }
  return findPlaces(lines, () => true).slice(start, end + 1);
}

function isCommented({ line, above }: Place): boolean {
  return hasComment(line) || /^\s*#/.test(above);
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

/** How many brackets a line opens beyond those it closes; in strings and comments they are text. */
function openings(line: string): number {
  const code = line.replace(/"(?:[^"\\]|\\.)*"/g, '').replace(/#.*$/, '');
  return (code.match(/[{[(]/g)?.length ?? 0) - (code.match(/[}\])]/g)?.length ?? 0);
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
