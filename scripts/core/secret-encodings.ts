/** How a secret is written within other texts, and back. */
import { encodePercent } from './percent.ts';

/** A value as it stands in texts, JSON, URLs, HTML and base64, in each of the ways that these have. */
export function encodingsOf(value: string): readonly string[] {
  const inJson = jsonForms.flatMap(write => [write(value), ...jsonForms.map(outer => outer(write(value)))]);
  return [value, ...inJson, ...urlForms(value), htmlForm(value), ...base64Forms(value)];
}

type Write = (text: string) => string;

const quoted: Write = text => JSON.stringify(text).slice(1, -1);
/** As Go writes it, and so `jsonencode`. */
const goQuoted: Write = text => quoted(text).replace(/[&<>\u2028\u2029]/g, escapeUnit);
/** As Python writes it. */
const asciiQuoted: Write = text => quoted(text).replace(/[\u0080-\uffff]/g, escapeUnit);
const jsonForms = [quoted, goQuoted, asciiQuoted];

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A lone half of a surrogate pair cannot stand in a URL. */
function urlForms(value: string): readonly string[] {
  const whole = value.replace(/\p{Cs}/gu, '\ufffd');
  const [percent, strict] = [encodeURIComponent(whole), encodePercent(whole)];
  const form = new URLSearchParams([[value, '']]).toString().slice(0, -1);
  return [percent, strict, strict.replaceAll('%20', '+'), form];
}

function htmlForm(value: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': 'amp',
    '<': 'lt',
    '>': 'gt',
    '"': 'quot',
    "'": '#39',
  };
  return value.replace(/[&<>"']/g, sign => `&${names[sign]};`);
}

/** Shorter ones stand in other words. */
const shortestPart = 6;

/** At each of the three places that a byte can have, without the letters that its neighbours have a part in. */
function base64Forms(value: string): readonly string[] {
  const bytes = new TextEncoder().encode(value.slice(0, 10_000));
  const parts = [0, 1, 2].map(shift => {
    const text = btoa(String.fromCharCode(...new Uint8Array(shift), ...bytes));
    return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
  const whole = btoa(String.fromCharCode(...bytes)).replace(/=+$/, '');
  return [whole, ...parts.filter(part => part.length >= shortestPart)].flatMap(text => [
    text,
    text.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}

/** The text that base64 holds; undefined for what is none, or holds no text. */
export function decodeBase64(encoded: string): string | undefined {
  const begin = decodeBytes(encoded.slice(0, 16));
  if (begin === undefined || !isPrintable(begin)) return undefined;
  const bytes = decodeBytes(encoded);
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, unit => unit.charCodeAt(0)),
    );
    return isPrintable(text) ? text : undefined;
  } catch {
    return undefined; // bytes that are no text
  }
}

function decodeBytes(encoded: string): string | undefined {
  const plain = encoded
    .replace(/[\s=]+/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  try {
    return atob(plain.length % 4 === 1 ? plain.slice(0, -1) : plain);
  } catch {
    return undefined; // no base64
  }
}

function isPrintable(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a text does not hold
  return !/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text);
}
