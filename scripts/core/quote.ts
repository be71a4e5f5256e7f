/** Quoting for the languages of the rendered files: a value arrives intact whatever it holds (text compared in NFC). */

/**
 * Renders a value as an HCL expression: string, number, boolean, null, list or map.
 * `$` and `%` before a brace are written as escapes, because `$${` in turn means something else after a `$`.
 * Source: HCL native syntax specification, "Quoted Templates".
 * @throws TypeError for what HCL cannot hold (functions, undefined, NaN)
 */
export function renderHcl(value: unknown): string {
  if (typeof value === 'string') return `"${escapeHcl(value)}"`;
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(renderHcl).join(', ')}]`;
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).map(([key, item]) => `"${escapeHcl(key)}" = ${renderHcl(item)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  throw new TypeError(`cannot be written in HCL: ${typeof value}`);
}

/**
 * Renders a string, number, boolean, null, list or map in YAML's flow style, strings always double-quoted: `yes`,
 * a leading `!` and the like stay strings. Text that Ansible would take for a Jinja template is tagged `!unsafe`.
 * Source: YAML 1.1, 5.7 "Escape Sequences"; Ansible's "Unsafe or raw strings".
 */
export function renderYaml(value: unknown): string {
  if (typeof value === 'string') return `${/\{[{%#]/.test(value) ? '!unsafe ' : ''}"${escapeYaml(value)}"`;
  if (Array.isArray(value)) return `[${value.map(renderYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return `{${Object.entries(value)
      .map(([key, item]) => `"${escapeYaml(key)}": ${renderYaml(item)}`)
      .join(', ')}}`;
  }
  if (typeof value === 'boolean' || value === null || (typeof value === 'number' && Number.isFinite(value)))
    return String(value);
  throw new TypeError(`cannot be written in YAML: ${typeof value}`);
}

function escapeHcl(text: string): string {
  return escapeQuoted(text).replace(/[$%](?=\{)|\p{Cc}/gu, hexEscape);
}

function escapeYaml(text: string): string {
  return escapeQuoted(text).replace(/[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]/gu, hexEscape);
}

/** The escapes that double-quoted text has in both languages. */
function escapeQuoted(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t');
}

function hexEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
