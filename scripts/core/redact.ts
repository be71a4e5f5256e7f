/** The one place that knows what a secret looks like: by its value, by the name it goes by, by its own form. */

export const redacted = '[redacted]';

/** Replaces every occurrence of the given secret values (4 characters or longer) by `[redacted]`. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= 4) clean = clean.replaceAll(secret, redacted);
  }
  return clean;
}

/**
 * Makes a function that hides these values, also as JSON, URLs and base64 write them, and what has the form of a secret.
 * Of a value of several lines each long one is hidden by itself too: an error text may quote a single line.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .filter(form => form.length >= 4)
    .sort((a, b) => b.length - a.length);
  if (forms.length === 0) return redactForms;
  const values = new RegExp(forms.map(escapePattern).join('|'), 'g');
  return text => redactForms(text.replace(values, redacted));
}

/** Whether a value that goes by this name is to be hidden, whatever it is: `db_password`, `privateKey`, `API_TOKEN`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
  return secretName.test(words) && !harmlessName.test(words);
}

const secretName =
  /(pass(word|wd|phrase|code)s?|(^|_)(pass|pwd|cookie|dsn)|secrets?|tokens?|credentials?|(api|access|private|secret|signing|shared|license|host|account|storage|master|encryption|session|auth|deploy|ssh)_?keys?|_pat|connection_string|webhook_url|(user|custom)_?data)(_(base64|plain|plaintext|hash|hashed|value|string|json|pem|wo|old|new|current|previous|\d+))*$/;
/** They end like a secret and say how one is to be used. */
const harmlessName = /^(http_tokens|public_access_key|.*_max_tokens|.*without_tokens?)$/;

type Form = { readonly pattern: RegExp; readonly by: string };

/** What can be told by its own form. A form that leaves a part standing keeps it in `$1`. */
const forms: readonly Form[] = [
  // Private keys, cut off ones too. Certificates and public keys are no secrets.
  {
    pattern: /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----[\s\S]*?(?:-----END \1-----|$)/g,
    by: redacted,
  },
  { pattern: /AGE-SECRET-KEY-1[0-9A-Z]{20,}/g, by: redacted },
  // AWS: access key id, and the secret key's forty characters of base64 with small, large and a digit among them.
  { pattern: /(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Z0-9])/g, by: redacted },
  {
    pattern:
      /(?<![A-Za-z0-9/+=_.-])(?=[A-Za-z0-9/+]{0,39}[a-z])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[0-9])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])/g,
    by: redacted,
  },
  { pattern: /gh[pousr]_[A-Za-z0-9]{30,}/g, by: redacted },
  { pattern: /github_pat_[A-Za-z0-9_]{22,}/g, by: redacted },
  { pattern: /gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas)-[A-Za-z0-9_-]{16,}/g, by: redacted },
  { pattern: /xox[abeoprs]-[A-Za-z0-9-]{10,}/g, by: redacted },
  { pattern: /xapp-\d-[A-Za-z0-9-]{10,}/g, by: redacted },
  { pattern: /(\bhooks\.slack\.com\/(?:services|workflows)\/)[A-Za-z0-9/_-]+/g, by: `$1${redacted}` },
  { pattern: /eyJ[A-Za-z0-9_-]{6,}\.eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?/g, by: redacted },
  { pattern: /AIza[A-Za-z0-9_-]{30,}/g, by: redacted },
  { pattern: /ya29\.[A-Za-z0-9_-]{20,}/g, by: redacted },
  { pattern: /(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}/g, by: redacted },
  { pattern: /whsec_[A-Za-z0-9+/=]{16,}/g, by: redacted },
  { pattern: /\bsk-[A-Za-z0-9_-]{20,}/g, by: redacted },
  { pattern: /npm_[A-Za-z0-9]{30,}/g, by: redacted },
  { pattern: /pypi-[A-Za-z0-9_-]{30,}/g, by: redacted },
  { pattern: /SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g, by: redacted },
  { pattern: /\bSK[0-9a-f]{32}\b/g, by: redacted },
  { pattern: /hv[sbr]\.[A-Za-z0-9_-]{20,}/g, by: redacted },
  { pattern: /dop_v1_[0-9a-f]{40,}/g, by: redacted },
  { pattern: /\bdapi[0-9a-f]{32}\b/g, by: redacted },
  { pattern: /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,}/g, by: redacted },
  // Up to the last @ of the word: a password may hold one itself.
  { pattern: /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"'<>]{0,200}:)[^\s"'<>]{1,500}@/gi, by: `$1${redacted}@` },
  {
    pattern:
      /([?&](?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|sig|key|code|[A-Za-z_-]{0,40}(?:token|secret|password|api_?key))=)[^&\s"'<>]+/gi,
    by: `$1${redacted}`,
  },
  {
    pattern: /(\bauthorization["']?\s*[:=]\s*["']?(?:(?:basic|bearer|token|digest|apikey)\s+)?)[^\s"',;]+/gi,
    by: `$1${redacted}`,
  },
  { pattern: /(\bbearer\s+)(?=[^\s]*\d)[A-Za-z0-9._~+/=-]{12,}/gi, by: `$1${redacted}` },
];

/** `name = value` and `name: value`, the names in quotes or not; the value is looked at before it is taken. */
const assignment = /\b([A-Za-z][\w.-]{0,80})(?:\\?["'])?\s{0,8}[=:]\s{0,8}/g;
/** `--name value`: its sign is a blank. */
const flag = /--([A-Za-z][\w-]{0,80})[ \t]{1,8}/g;
/** What is assigned: up to the closing quote where it opens with one, else to the end of the word. */
const assigned = /\\?"(?:[^"\\\n]|\\[^"\n])*\\?"?|'[^'\n]*'?|[^\s,;&"'<>{}()[\]]+/y;
/** A reference, not the value: an ARN, a shell's or a template's variable, or a word that stands for having none. */
const reference =
  /^["']?(?:arn:[\w-]+:.*|\$\{[^}]*\}?|\$[A-Z_][A-Z0-9_]*|\{\{.*|null|none|true|false|required|optional|\[redacted\].*|\d{1,3})["']?$/;

/** Hides what has the form of a secret anywhere in the text: known tokens, private keys, and what is assigned to a secret's name. */
export function redactForms(text: string): string {
  let clean = text;
  for (const { pattern, by } of forms) clean = clean.replace(pattern, by);
  return hideAssigned(hideAssigned(clean, assignment), flag);
}

function hideAssigned(text: string, sign: RegExp): string {
  let clean = '';
  let kept = 0;
  for (const match of text.matchAll(sign)) {
    const start = match.index + match[0].length;
    // `secret:` within an ARN assigns nothing.
    const isWithinArn = text[match.index - 1] === ':' && match[0].endsWith(':');
    if (match.index < kept || isWithinArn || !isSecretName(match[1] ?? '')) continue;
    assigned.lastIndex = start;
    const value = assigned.exec(text)?.[0];
    if (value === undefined || reference.test(value)) continue;
    clean += text.slice(kept, start) + redacted;
    kept = start + value.length;
  }
  return clean + text.slice(kept);
}

function formsOf(secret: string): readonly string[] {
  const lines = secret.split('\n').filter(line => line.trim().length >= 12);
  return [secret, ...(secret.includes('\n') ? lines : [])].flatMap(value => [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeText(value),
    base64(value),
  ]);
}

/** As a URL writes it; a lone half of a surrogate pair cannot stand in one. */
function encodeText(value: string): string {
  return encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'));
}

function base64(value: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(value.slice(0, 10_000)))).replace(/=+$/, '');
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
