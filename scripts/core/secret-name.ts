/** Whether a value is to be hidden for the name it goes by. */
import { isReference } from './secret-reference.ts';

/** Whether a value that goes by this name is to be hidden, whatever it is: `db_password2`, `privateKey`, `SECRET_KEY_BASE`. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  if (harmless.test(words) || conditionKey.test(name)) return false;
  return isWhole(words) || (strong.test(words) && !about.test(words));
}

/**
 * A name hides text and numbers, and whatever holds some; it hides no switch, no reference to a secret kept elsewhere, and
 * no number that the name tells something else of (`token_bucket = 100`).
 */
export function hidesByName(name: string, value: unknown): boolean {
  if (typeof value === 'string') return isSecretName(name) && value !== '' && !isReferenceUnder(name, value);
  // So many tokens are no token.
  if (typeof value === 'number') return isSecretName(name) && isWhole(wordsOf(name)) && !name.endsWith('s');
  if (Array.isArray(value)) return isSecretName(name) && value.some(item => hidesByName(name, item));
  if (typeof value !== 'object' || value === null || !isSecretName(name) || isScheme(name)) return false;
  return Object.entries(value).some(
    ([key, item]) => !about.test(`_${wordsOf(key)}`) && hidesByName(name, item),
  );
}

/** Whether the text under such a name says where the secret is, or of what kind, and is none. */
export function isReferenceUnder(name: string, text: string): boolean {
  return (
    isReference(text) ||
    (isScheme(name) && /^(?:[A-Z\d]+(?:_[A-Z\d]+)*|[a-z]+(?:[-_][a-z\d]+)*)$/.test(text)) ||
    // The directory in which a shell works.
    (/^(?:OLD)?PWD$/.test(name) && text.startsWith('/'))
  );
}

/** Whether a name tells of a secret no more than where it is, or how it is used: `secret_arn`, `name`, `valueFrom`. */
export function isAboutName(name: string): boolean {
  return about.test(`_${wordsOf(name)}`);
}

/** `auth = "AWS_IAM"` names a scheme, `Authorization: Basic dTpw` holds a secret. */
function isScheme(name: string): boolean {
  return /(?:^|_)auth(?:orization)?$/.test(wordsOf(name));
}

function isWhole(words: string): boolean {
  return strongAtEnd.test(words) || weakAtEnd.test(words) || (keyName.test(words) && !otherKey.test(words));
}

/**
 * `tunnel1.preSharedKey` as `pre_shared_key`: of a path the last part, in small letters with a line between the words. What
 * key it is the part before says: `fs.s3a.secret.key`.
 */
function wordsOf(name: string): string {
  const parts = name.split(/[.:/]+/).filter(part => !/^(?:v?\d*|value)$/i.test(part));
  const last = parts.at(-1) ?? '';
  return (/^keys?$/i.test(last) ? parts.slice(-2).join('_') : last)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
}

/** These say it wherever they stand in a name, with anything before them in the word: `PGPASSWORD`, `authtoken`. */
const strongWord =
  '(?:pass_?(?:word|wd|phrase|code)|secret|token|credential|cred|(?:api|access|private|secret|signing|shared|encryption|license|account|auth|pass)_?key|key_material|connection_string|webhook_url|(?:user|custom)_?data)s?';
/** What may follow without saying anything else. */
const form =
  '(?:_?v?\\d+|_(?:base64|b64|plain|plaintext|hash|hashed|value|string|text|binary|json|pem|wo|old|new|current|previous|primary|secondary))*';

const strong = new RegExp(`${strongWord}\\d*(?:_|$)`);
const strongAtEnd = new RegExp(`${strongWord}${form}$`);
/** These are too short or too common to say it but at the end. */
const weakAtEnd = new RegExp(
  `(?:(?:^|_)(?:(?:admin|db|my|pg|root|smtp|ssh|user)?pass|[a-z]*pwd?|psk|pat|dsn|auth|authorization|(?:set|session|auth|erlang)_cookie)|^cookie)${form}$`,
);
/** Keys to a lock. Most others find, sort or name something: `merge_key`, `artifact_key`, `ExclusiveStartKey`. */
const keyName = new RegExp(
  `(?:^|_)(?:activation|admin|aes|app|application|cipher|client|cookie|crypto?|customer|decrypt(?:ion)?|deploy|dkim|dsa|ecdsa|ed25519|encrypt|fernet|hmac|host|jw[est]|master|preshared|recovery|registration|root|rsa|server|session|sign|signature|ssh|ssl|subscription|symmetric|tls|token|tsig|unlock|unseal|validation|vault|wallet|webhook|wep|wpa|algolia|anthropic|azure|cloudflare|datadog|gcp|github|gitlab|google|mailgun|newrelic|openai|pagerduty|sendgrid|sentry|slack|splunk|stripe|twilio)_keys?${form}$`,
);
const otherKey = /(?:^|_)(?:kms|trusted|ec2)(?:_|$)/;
/** A last word that says where it is, or how it is kept and used. */
const about =
  /_(?:arn|id|identifier|name|url|uri|endpoint|path|file|filename|dir|location|ref|reference|from|stdin|alias|policy|policie|exception|error|fault|length|size|validity|unit|ttl|lifetime|age|expir(?:y|e|es|ed|ation)|days?|hours?|minutes?|seconds?|millis(?:econds?)?|period|duration|window|rotation|type|versions?|stage|status|state|count|limit|quota|min|max|minimum|maximum|required|enabled|disabled|reset|mode|spec|algorithm|usage|source|provider|format|prevention|updated|changed|change|created|date|time|at|config|configuration|settings?|options?|description|tags?|prefix|header|issuer|audience|scopes?|methods?|field|attribute|schema|group|manager|store|engine|replica|region|recovery|param|parameter|strategy|expression|storage|list|domain|claim|selection)s?$/;
/** Of IAM: `dynamodb:LeadingKeys`. */
const conditionKey = /^[a-z][a-z0-9-]*:[A-Z][a-z]/;
/** They end like a secret and say how one is to be used, or what became of it. */
const harmless =
  /^(?:get|list|describe|generate|rotate|delete|reset|put)_|^(?:.*_)?(?:http_tokens|public_(?:[a-z]+_)?keys?|(?:max|min|overlap|without|creation|lock|sync|update|next|dkim)_tokens?|(?:expired|invalid|missing|unknown|no|not|unrecognized)(?:_[a-z]+)?_(?:tokens?|secrets?|passwords?|credentials?|keys?))$/;
