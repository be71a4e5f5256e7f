/** Hides secrets in texts: by their value, by the name they go by, by their own form. */
import { assignedSpans, type Span } from './secret-assignment.ts';
import { decodeBase64, encodingsOf } from './secret-encodings.ts';
import { formSpans, keyBegin, keyEnd } from './secret-forms.ts';
import { createIndex } from './secret-index.ts';

export const redacted = '[redacted]';

/** Replaces every occurrence of the given secret values (4 characters or longer) by `[redacted]`. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= shortest) clean = clean.replaceAll(secret, redacted);
  }
  return clean;
}

const shortest = 4;

/** Makes a function that hides these values, also as JSON, URLs, HTML and base64 write them, and what has the form of a secret. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const written = secrets.flatMap(encodingsOf);
  const valueSpans = createIndex(written.filter(text => text.length >= shortest));
  return remember(text => hide(text, part => [...valueSpans(part), ...toldSpans(part)]));
}

/** A review shows the same short texts again and again. */
function remember(clean: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return text => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const after = clean(text);
    if (text.length <= 200 && known.size < 100_000) known.set(text, after);
    return after;
  };
}

/** Hides what has the form of a secret anywhere in the text: known tokens, private keys, and what is assigned to a secret's name. */
export function redactForms(text: string): string {
  return hide(text, toldSpans);
}

/** Makes `redactForms` for the lines of a text that come one by one: a private key has many. */
export function createLineRedactor(): (line: string) => string {
  let isKey = false;
  return line => {
    const end = keyEnd.exec(line);
    // A key that is cut off must not hide all that comes after it.
    const isWithin = isKey && (end !== null || /^[^\w+/=]*(?:[\w+/=]*|[\w-]+: \S+)[^\w+/=]*$/.test(line));
    isKey = (isWithin || keyBegin.test(line)) && end === null;
    if (!isWithin) return redactForms(line);
    return redacted + (end === null ? '' : redactForms(line.slice(end.index + end[0].length)));
  };
}

/** What `redactForms` hides. */
export function findSecrets(text: string): readonly string[] {
  return toldSpans(text).map(({ start, end }) => text.slice(start, end));
}

/** A value and, if it has several lines, each long one: an error text may quote a single line. */
export function withLines(secret: string): readonly string[] {
  const lines = secret.split('\n').map(line => line.trim());
  return [secret, ...(lines.length > 1 ? lines.filter(line => line.length >= 12) : [])];
}

type FindSpans = (text: string) => readonly Span[];

function toldSpans(text: string): readonly Span[] {
  return [...formSpans(text), ...assignedSpans(text)];
}

function hide(text: string, find: FindSpans): string {
  if (text.length < shortest) return text;
  let clean = '';
  let kept = 0;
  const spans = [...find(text), ...encodedSpans(text, find)].sort(
    (a, b) => a.start - b.start || b.end - a.end,
  );
  for (const { start, end } of spans) {
    if (start >= kept) clean += text.slice(kept, start) + redacted;
    kept = Math.max(kept, end);
  }
  return clean + text.slice(kept);
}

/** Base64, in one line or wrapped, and how deep it is looked into. */
const encoded = /(?<![\w+/-])(?:[\w+/-]{60,}\r?\n[ \t]{0,80})*[\w+/-]{16,}={0,2}(?![\w+/-])/g;
const deepest = 3;

/** Where base64 stands that holds a secret. */
function encodedSpans(text: string, find: FindSpans, depth = 1): readonly Span[] {
  return spansOf(text, encoded).filter(({ start, end }) => {
    const inner = decodeBase64(text.slice(start, end));
    if (inner === undefined) return false;
    return find(inner).length > 0 || (depth < deepest && encodedSpans(inner, find, depth + 1).length > 0);
  });
}

function spansOf(text: string, pattern: RegExp): readonly Span[] {
  return [...text.matchAll(pattern)].map(match => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}
