/** Whether a value is to be hidden for the name it goes by. */
import { isReference } from './secret-reference.ts';

/** Whether a value that goes by this name is to be hidden, whatever it is: `db_password2`, `privateKey`, `SECRET_KEY_BASE`. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  if (harmless.test(words)) return false;
  return isWhole(words) || (strong.test(words) && !about.test(words));
}

/**
 * A name hides text and numbers, and whatever holds some; it hides no switch, no reference to a secret kept elsewhere, and
 * no number that the name tells something else of (`token_bucket = 100`).
 */
export function hidesByName(name: string, value: unknown): boolean {
  if (typeof value === 'string') return isSecretName(name) && value !== '' && !isReferenceUnder(name, value);
  if (typeof value === 'number') return isSecretName(name) && isWhole(wordsOf(name));
  if (Array.isArray(value)) return isSecretName(name) && value.some(item => hidesByName(name, item));
  if (typeof value !== 'object' || value === null || !isSecretName(name) || isScheme(name)) return false;
  return Object.entries(value).some(
    ([key, item]) => !about.test(`_${wordsOf(key)}`) && hidesByName(name, item),
  );
}

/** Whether the text under such a name says where the secret is, or of what kind, and is none. */
export function isReferenceUnder(name: string, text: string): boolean {
  return (
    isReference(text) || (isScheme(name) && /^(?:[A-Z\d]+(?:_[A-Z\d]+)*|[a-z]+(?:[-_][a-z\d]+)*)$/.test(text))
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
  const key = keyName.exec(words);
  return (
    strongAtEnd.test(words) ||
    weakAtEnd.test(words) ||
    (key !== null &&
      !harmlessKey.test(key[1] ?? '') &&
      !/(?:^|_)(?:public|kms|trusted|ec2)(?:_|$)/.test(words))
  );
}

/** `tunnel1.preSharedKey` as `pre_shared_key`: of a path the last part, in small letters with a line between the words. */
function wordsOf(name: string): string {
  const parts = name.split(/[.:/]+/).filter(part => !/^(?:v?\d*|value)$/i.test(part));
  return (parts.at(-1) ?? '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
}

/** These say it wherever they stand in a name, with anything before them in the word: `PGPASSWORD`, `authtoken`. */
const strongWord =
  '(?:pass(?:word|wd|phrase|code)|secret|token|credential|cred|(?:api|access|private|secret|signing|shared|encryption|license|account|auth|pass)_?key|key_material|connection_string|webhook_url|(?:user|custom)_?data)s?';
/** What may follow without saying anything else. */
const form =
  '(?:_?v?\\d+|_(?:base64|b64|plain|plaintext|hash|hashed|value|string|text|binary|json|pem|wo|old|new|current|previous|primary|secondary))*';

const strong = new RegExp(`${strongWord}\\d*(?:_|$)`);
const strongAtEnd = new RegExp(`${strongWord}${form}$`);
/** These are too short or too common to say it but at the end. */
const weakAtEnd = new RegExp(`(?:^|_)(?:pass|[a-z]*pwd?|psk|pat|cookie|dsn|auth|authorization)${form}$`);
/** A key is one to a lock unless it is known to find, sort or name something. */
const keyName = new RegExp(`(?:^|_)([a-z0-9]+)_keys?${form}$`);
const harmlessKey =
  /^(?:partition|primary|foreign|hash|range|sort|public|s3|object|bucket|folder|prefix|file|path|source|target|dest(?:ination)?|input|output|kms|cmk|managed|tag|label|cache|dedup(?:lication)?|idempotency|group|index|routing|unique|parameter|param|lookup|context|state|message|row|column|field|join|cluster(?:ing)?|dist(?:ribution)?|sharding|shard|natural|surrogate|business|candidate|composite|condition|attribute|metadata|config|configuration|environment|env|manifest|template|item|record|event|map|dictionary|answer|query|header|data|model|registry|resource|document|property|option|value|mapping|boundary|caching|body|response|dimension|block|max|rate|roles?|route|subject|pgp|gpg|encoded|id|enable|create|delete|rotate|get|put|list|of|by|no)$/;
/** A last word that says where it is, or how it is kept and used. */
const about =
  /_(?:arn|id|identifier|name|url|uri|endpoint|path|file|filename|dir|location|ref|reference|from|stdin|alias|policy|policie|exception|error|fault|length|size|validity|unit|ttl|age|expir(?:y|e|es|ed|ation)|days?|hours?|minutes?|seconds?|period|duration|window|rotation|type|versions?|stage|status|state|count|limit|quota|min|max|minimum|maximum|required|enabled|disabled|reset|mode|spec|algorithm|usage|source|provider|format|prevention|updated|changed|change|created|date|time|at|config|configuration|settings?|options?|description|tags?|prefix|header|issuer|audience|scopes?|methods?|field|attribute|schema|group|manager|store|engine|replica|region|recovery|param|parameter|strategy|expression|storage|list|domain|claim|selection)s?$/;
/** They end like a secret and say how one is to be used, or what became of it. */
const harmless =
  /^(?:get|list|describe|generate|rotate|delete|reset|put)_|^(?:.*_)?(?:http_tokens|public_access_key|(?:max|min|overlap|without|creation|lock|sync|update|next|dkim)_tokens?|(?:expired|invalid|missing|unknown|no|not|unrecognized)(?:_[a-z]+)?_(?:tokens?|secrets?|passwords?|credentials?|keys?))$/;
