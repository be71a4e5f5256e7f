/** What is assigned to a secret's name in a text, as configs, commands, programs and documents write it. */
import { tryJson } from './json.ts';
import { hidesByName, isAboutName, isReferenceUnder, isSecretName } from './secret-name.ts';

/** From its first character up to its last one, exclusive. */
export type Span = { readonly start: number; readonly end: number };

type Sign = {
  /** Its first group is the name, the second one the key of the value if that is another; what is assigned follows the match. */
  readonly pattern: RegExp;
  readonly endOf: (found: Found) => number | undefined;
};

type Found = {
  readonly text: string;
  readonly name: string;
  /** Where the name begins. */
  readonly at: number;
  /** Where the value begins. */
  readonly start: number;
  /** Of each bracket where the one stands that closes it. */
  readonly brackets: () => ReadonlyMap<number, number>;
};

const quote = String.raw`\\{0,15}["']`;
const blanks = '[ \\t]{0,100}';
const name = '[A-Za-z_]\\w*(?:[.-]\\w+){0,20}';

const signs: readonly Sign[] = [
  // name = value, "name": value, name => value, config["name"] := value
  {
    pattern: new RegExp(
      String.raw`(?<![\w.])(${name})(?:${quote})?\]?${blanks}(?:[:?+!]?={1,3}>?|:)${blanks}`,
      'g',
    ),
    endOf: endOfAssigned,
  },
  // --name value, ["--name", "value"], - --name\n- value
  {
    pattern: new RegExp(
      String.raw`(?<![\w-])--?(${name})(?:[ \t]{1,100}|(?:${quote})?${blanks},\s{0,100}|(?:${quote})?\n[+-]?${blanks}-[ \t]{1,8})`,
      'g',
    ),
    endOf: endOfArgument,
  },
  // {"name": "NAME", "value": value}, - name: NAME\n  value: value, <add key="NAME" value="...">
  {
    pattern: new RegExp(
      String.raw`\b(?:parameter_?)?(?:name|key|k|header)(?:${quote})?${blanks}[=:]${blanks}(?:${quote})?(${name})(?:${quote})?[\s,]{0,100}(?:(?<=\n)[+-]${blanks})?(?:${quote})?([a-z_]{0,40}(?:values?|default|content)|v)(?:${quote})?${blanks}[=:]${blanks}`,
      'gi',
    ),
    endOf: endOfAssigned,
  },
  // ENV NAME value, SetEnv NAME value
  {
    pattern: new RegExp(
      String.raw`(?:^|\n)[+-]?${blanks}(?:ENV|SetEnv|setx|fastcgi_param|proxy_set_header)[ \t]{1,100}(${name})[ \t]{1,100}(?=[^\s=])`,
      'g',
    ),
    endOf: endOfAssigned,
  },
  // <name>NAME</name><value>value</value>
  {
    pattern: new RegExp(
      String.raw`<(?:name|key)>\s{0,100}(${name})\s{0,100}</(?:name|key)>\s{0,100}<(value|string)>`,
      'gi',
    ),
    endOf: endOfElement,
  },
  // <name>value</name>
  { pattern: new RegExp(String.raw`<(${name})(?:[ \t][^<>]{0,200})?>`, 'g'), endOf: endOfElement },
  // PASSWORD 'value', as SQL writes it.
  { pattern: /\b(\w{0,40}pass(?:word|phrase|wd))\s{1,8}(?=['"])/gi, endOf: endOfQuoted },
  { pattern: /\b(password)\s{0,8}\(\s{0,8}(?=['"])/gi, endOf: endOfQuoted },
];

/** A part of every secret's name: most texts hold none. */
const anyName = /pass|secret|token|cred|key|pw|psk|pat|cookie|dsn|auth|connection|webhook|data/i;

/** A name in a sentence or a path: `retrieving credentials: `, `/usr/bin/apt-key: `. */
const withinProse = /(?:(?:^|[\s(])[A-Za-z]+[ \t]+|\/)$/;
/** Then what stands behind it is told of it, unless that is one word (`Your password: hunter2`) or quoted, or has a type before it. */
const sentence = /^(?![^\s=]{1,100}[ \t]*=)(?:[^\s"'\\]+[ \t]+[^\s"'\\]|[A-Za-z]+[.!]?(?:[\s"'\\]|$))/;

const service = /(?<![\w$-])[a-z][a-z0-9-]{0,30}:$/;

/** Where the values stand that go by a secret's name. */
export function assignedSpans(text: string): readonly Span[] {
  if (!anyName.test(text)) return [];
  let known: ReadonlyMap<number, number> | undefined;
  const brackets = () => {
    known ??= pairBrackets(text);
    return known;
  };
  return signs.flatMap(({ pattern, endOf }) => {
    const spans: Span[] = [];
    let done = 0;
    for (const match of text.matchAll(pattern)) {
      const [whole, named = '', key = named] = match;
      if (match.index < done || !isSecretName(named)) continue;
      const before = text.slice(Math.max(0, match.index - 50), match.index);
      // `secret:` within an ARN assigns nothing, and `dynamodb:LeadingKeys` is a condition of IAM.
      if (
        before.endsWith(':') &&
        (whole.endsWith(':') || !isSecretName((service.exec(before)?.[0] ?? '') + named))
      )
        continue;
      const start = match.index + whole.length;
      if (whole.endsWith(': ') && isProse(text, match.index, start)) continue;
      const end = endOf({ text, name: named, at: match.index + whole.lastIndexOf(key), start, brackets });
      if (end === undefined || end <= start) continue;
      spans.push({ start, end });
      done = end;
    }
    return spans;
  });
}

function isProse(text: string, at: number, start: number): boolean {
  return (
    withinProse.test(text.slice(Math.max(0, at - 50), at)) && sentence.test(text.slice(start, start + 200))
  );
}

function endOfAssigned(found: Found): number | undefined {
  const { text, start } = found;
  return (
    endOfHidden(found) ??
    endOfBlock(found) ??
    endOfHeredoc(text, start) ??
    (isQuote(text, start)
      ? endOfQuoted(found)
      : isStructure(text, start)
        ? endOfStructure(found)
        : endOfPlain(found))
  );
}

function endOfArgument(found: Found): number | undefined {
  const { text, start } = found;
  const hidden = endOfHidden(found);
  if (hidden !== undefined) return hidden;
  if (isQuote(text, start))
    return /^\\*["']--?[A-Za-z]/.test(text.slice(start, start + 20)) ? undefined : endOfQuoted(found);
  if (text[start] === '-' || isOpen(found)) return undefined;
  argument.lastIndex = start;
  return argument.test(text) ? endOfValue(found, argument.lastIndex) : undefined;
}

/** What is hidden already stays as it is, with what clings to it. */
function endOfHidden({ text, at, start }: Found): number | undefined {
  if (!text.startsWith('[redacted]', start)) return undefined;
  if (/[?&]/.test(text.slice(Math.max(0, at - 1), at))) return start;
  clinging.lastIndex = start + '[redacted]'.length;
  return clinging.test(text) ? clinging.lastIndex : start;
}
const clinging = /[^\s,;"'<>{}()[\]\\]+/y;

function endOfQuoted({ text, name, start }: Found): number | undefined {
  const end = closingQuote(text, start);
  if (end === undefined) return lineEnd(text, start);
  arrow.lastIndex = end;
  if (arrow.test(text)) return closingQuote(text, arrow.lastIndex) ?? lineEnd(text, end);
  const value = text.slice(start, end).replace(/^[\\"']+|[\\"']+$/g, '');
  return value === '' || isReferenceUnder(name, value) ? undefined : end;
}

/** Of Terraform's own words, `"old" -> "new"`. */
const arrow = /[ \t]{1,8}->[ \t]{1,8}/y;

/** JSON within a text: hidden as a whole where it holds a secret. The inner names of what is no JSON tell for themselves. */
function endOfStructure({ text, name, start, brackets }: Found): number | undefined {
  const close = brackets().get(start);
  if (close === undefined || close - start > longestPart) return undefined;
  return hidesByName(name, tryJson(text.slice(start, close + 1))) ? close + 1 : undefined;
}

/**
 * A value without quotes: the whole line or element where it is alone in it, a part of a URL's query, the word of a command,
 * else all up to the next `name=`.
 */
function endOfPlain(found: Found): number | undefined {
  const { text, at, start } = found;
  if (isOpen(found)) return undefined;
  const before = text.slice(Math.max(0, at - longestStart), at);
  const opening = openingQuote(text, at);
  const limit = opening === undefined ? undefined : closingQuoteStart(text, opening);
  const isElement = opening !== undefined && /["']-*$/.test(before);
  if (isElement || lineBegin.test(before)) return endOfValue(found, limit ?? lineEnd(text, start));
  const pattern = /[?&]$/.test(before) ? queryValue : before.endsWith('-') ? argument : untilAssignment;
  pattern.lastIndex = start;
  const end = pattern.test(text) ? pattern.lastIndex : start;
  return endOfValue(found, Math.min(limit ?? end, end));
}
const longestStart = 200;
const lineBegin = /(?:^|\n)[-+]?[ \t]*(?:- )*[\\"'-]*$/;
const queryValue = /[^&\s"'<>]+/y;
/** A blank that is escaped or quoted ends no word. */
const argument = /(?:\\.|"[^"\n]{0,1000}"|'[^'\n]{0,1000}'|\S)+/y;
const untilAssignment = /[^\n]*?(?=[ \t][\w.-]+=[^=\s]|\n|$)/y;

/** Whether nothing secret begins here: a reference, a word for no value, or what Terraform says of a thing. */
function isOpen({ text, name, start }: Found): boolean {
  const begin = text.slice(start, start + 1000);
  const [word = ''] = /^[^\s,;)}\]#"']+/.exec(begin) ?? [];
  if (prose.test(begin)) return true;
  return (
    isReferenceUnder(name, word) &&
    /^["']?[ \t]*(?:[)}\]]|[,;](?:\s|\\*["']|$)|#|\r?\n|$)/.test(begin.slice(word.length))
  );
}

function endOfValue({ text, name, start }: Found, limit: number): number | undefined {
  const value = text.slice(start, limit).trimEnd();
  return value === '' || isReferenceUnder(name, value) ? undefined : start + value.length;
}

/** What Terraform and its providers say of a thing instead of its value. */
const prose =
  /^(?:[[{(]\s*)*(?:\[redacted\]|\(?known after apply|\(sensitive|(?:Still |)(?:[Cc]reat|[Mm]odify|[Dd]estroy|[Rr]efresh|[Rr]ead|[Pp]rovision)ing\b|(?:Creation|Modifications|Destruction|Read|Refresh) complete|(?:must|cannot|should|is|are) |required |optional |expected )/;

/** A block of YAML: all lines that stand deeper than the name, or are the items of its list. */
function endOfBlock({ text, at, start }: Found): number | undefined {
  header.lastIndex = start;
  if (!header.test(text)) return undefined;
  const first = header.lastIndex;
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  if (at - lineStart > 200 || !/^[-+]?[ \t]*(?:- )*[\\"']*$/.test(text.slice(lineStart, at))) return start;
  const column = text.slice(lineStart, at).replace(/[\\"']+$/, '').length;
  let end = start;
  let isAbout = true;
  for (let at = first; at < text.length; ) {
    const next = lineEnd(text, at);
    const line = text.slice(at, next);
    const depth = /^[-+]?[ \t]*/.exec(line.slice(0, 300))?.[0].length ?? 0;
    const isItem = depth >= column && /^[-+]?[ \t]*- /.test(line.slice(0, 300));
    const isBlank = line.slice(depth).trim() === '';
    if (!isBlank && depth <= column && !isItem) break;
    if (!isBlank) {
      end = next;
      const inner = /^[-+]?[ \t]*(?:- )?["']?([\w-]+)["']?:/.exec(line.slice(0, 300))?.[1];
      isAbout &&= inner !== undefined && isAboutName(inner);
    }
    at = next + 1;
  }
  return isAbout ? start : end;
}
const header = /(?:!!?\w+[ \t]+)?(?:[|>][-+\d]{0,2})?[ \t]{0,100}(?:#[^\n]*)?\r?\n/y;

function endOfHeredoc(text: string, start: number): number | undefined {
  const word = /^<<[-~]?["']?(\w{1,80})/.exec(text.slice(start, start + 90))?.[1];
  if (word === undefined) return undefined;
  const close = new RegExp(String.raw`\n[ \t]*${word}\b`, 'g');
  close.lastIndex = start;
  return close.test(text) ? close.lastIndex : text.length;
}

function endOfElement(found: Found): number | undefined {
  const { text, at, start } = found;
  const [element = ''] = /^[\w.-]+/.exec(text.slice(at, at + 100)) ?? [];
  const length = text.slice(start, start + longestPart).indexOf(`</${element}`);
  return length < 0 ? undefined : endOfValue(found, start + length);
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

function isQuote(text: string, start: number): boolean {
  return /^\\*["']/.test(text.slice(start, start + 17));
}

/** A bracket that opens a list or a map, and no value that begins with one (`{noop}word`). */
function isStructure(text: string, start: number): boolean {
  return /^[[{(](?:[\s"'\\[{()}\]]|$)/.test(text.slice(start, start + 2));
}

/** Behind the quote that closes the one at `start`, and what is written right behind it: `'it''s'`, `"a"'b'`. */
function closingQuote(text: string, start: number): number | undefined {
  let end = start;
  while (isQuote(text, end)) {
    // A shell's quote within quotes.
    if (end > start && text.startsWith("\\''", end)) end += 2;
    const close = closingQuoteStart(text, end);
    if (close === undefined) return end === start ? undefined : end;
    const opening = /^\\*["']/.exec(text.slice(end, end + 17))?.[0] ?? '';
    end = close + (text.startsWith(opening[opening.length - 1]?.repeat(3) ?? '', end) ? 3 : opening.length);
  }
  return end;
}

/** Longer ones are not looked through for their end. */
const longestPart = 10_000;

/**
 * Where the quote that closes the one at `start` begins, with its backslashes. JSON within JSON has n = 1, 3, 7 of them
 * before a quote that opens or closes; within its texts a quote has 2n + 1, and a last backslash adds 2n + 2.
 */
function closingQuoteStart(text: string, start: number): number | undefined {
  const [opening = '', slashes = '', mark = ''] = /^(\\*)(["'])/.exec(text.slice(start, start + 17)) ?? [];
  if (mark === '') return undefined;
  const limit = Math.min(text.length, start + longestPart);
  if (slashes === '' && text.startsWith(mark.repeat(3), start)) {
    const end = text.indexOf(mark.repeat(3), start + 3);
    return end < 0 ? undefined : end;
  }
  const n = slashes.length;
  for (
    let at = text.indexOf(mark, start + opening.length);
    at >= 0 && at < limit;
    at = text.indexOf(mark, at + 1)
  ) {
    let run = 0;
    while (text[at - 1 - run] === '\\' && at - 1 - run >= start + opening.length) run++;
    if (run >= n && (run - n) % (2 * (n + 1)) === 0) return at - n;
    if (run < n) return undefined;
  }
  return undefined;
}

/** The quote that opens the element of this line in which `at` stands. */
function openingQuote(text: string, at: number): number | undefined {
  const from = Math.max(0, at - 500, text.lastIndexOf('\n', at - 1) + 1);
  const before = text.slice(from, at);
  const match = /(?:^|[\s[{(,:=])(\\*["'])(?![\s,\]})])[^"']*$/.exec(before);
  return match === null ? undefined : from + match.index + match[0].indexOf(match[1] ?? '');
}

/** Within quotes a bracket is none. */
function pairBrackets(text: string): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: found, index } of text.matchAll(bracket)) {
    if (/^[[{(]/.test(found)) open.push(index);
    else if (/^[\]})]/.test(found)) {
      const start = open.pop();
      if (start !== undefined) pairs.set(start, index);
    }
  }
  return pairs;
}
const bracket = /"(?:[^"\\\n]|\\.)*"|[[{(\])}]/g;
