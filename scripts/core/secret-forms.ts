/** What can be told to be a secret by its own form. */
import type { Span } from './secret-assignment.ts';

export const keyBegin = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;
export const keyEnd = /-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;

/** A form that leaves a part standing before the secret names it `kept`. */
const forms: readonly RegExp[] = [
  // Private keys, cut off ones too. Certificates and public keys are no secrets.
  /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----[\s\S]*?(?:-----END \1-----|$)/g,
  /AGE-SECRET-KEY-1[0-9A-Z]{20,}/g,
  // AWS: access key id, and the secret key's forty characters of base64 with small, large and a digit among them.
  /(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Z0-9])/g,
  /(?<![A-Za-z0-9/+=_.-])(?=[A-Za-z0-9/+]{0,39}[a-z])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[0-9])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])/g,
  /gh[pousr]_[A-Za-z0-9]{30,}/g,
  /github_pat_[A-Za-z0-9_]{22,}/g,
  /gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas)-[A-Za-z0-9_-]{16,}/g,
  /xox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /\bhf_[A-Za-z0-9]{30,}/g,
  /dckr_[op]at_[A-Za-z0-9_-]{20,}/g,
  /shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g,
  /gl(?:sa|c)_[A-Za-z0-9_=+/-]{30,}/g,
  /ATATT3[A-Za-z0-9_=-]{60,}/g,
  /xapp-\d-[A-Za-z0-9-]{10,}/g,
  /(?<kept>\bhooks\.slack\.com\/(?:services|workflows)\/)[A-Za-z0-9/_-]+/g,
  /eyJ[A-Za-z0-9_-]{6,}\.eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?/g,
  /AIza[A-Za-z0-9_-]{30,}/g,
  /ya29\.[A-Za-z0-9_-]{20,}/g,
  /(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /whsec_[A-Za-z0-9+/=]{16,}/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /npm_[A-Za-z0-9]{30,}/g,
  /pypi-[A-Za-z0-9_-]{30,}/g,
  /SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  /\bSK[0-9a-f]{32}\b/g,
  /hv[sbr]\.[A-Za-z0-9_-]{20,}/g,
  /dop_v1_[0-9a-f]{40,}/g,
  /\bdapi[0-9a-f]{32}\b/g,
  /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,}/g,
  // Up to the last @ of the word: a password may hold one itself. Behind an image's stands its digest.
  /(?<kept>\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"'<>]{0,200}:)[^\s"<>]{1,500}(?=@(?!sha\d+:))/gi,
  /(?<kept>[?&](?:X-Amz-(?:Signature|Credential|Security-Token)|Signature|sig|key|code|[A-Za-z_-]{0,40}(?:token|secret|password|api_?key))=)[^&\s"'<>]+/gi,
  /(?<kept>\bbearer\s+)(?=[^\s]*\d)[A-Za-z0-9._~+/=-]{12,}/gi,
  /(?<kept>\bbasic[ \t]+)(?=[A-Z+/]{0,80}\d)[A-Z0-9+/]{8,}={0,2}/gi,
  // SQL, .netrc and curl; `-u name:name` is a user and its group.
  /(?<kept>\bidentified\s{1,8}(?:with\s{1,8}\S{1,60}\s{1,8})?by\s{1,8})'(?:[^']|'')*'/gi,
  /(?<kept>\b(?:login|machine|account)\s{1,8}\S{1,200}\s{1,8}password\s{1,8})\S+/g,
  /(?<kept>(?<!\S)(?:-u|--(?:proxy-)?user)[ =]["']?(?!\d|([^\s:"']+):\2(?!\S)|[^\s:"']+:\$\{?\w+\}?["'\s])[^\s:"']{1,100}:)[^\s"']+/g,
];

/** Where texts of a secret's form stand. */
export function formSpans(text: string): readonly Span[] {
  return [...knownSpans(text), ...(keyEnd.test(text) ? keyTailSpans(text) : [])];
}

/** The lines of a private key up to its end: a difference may begin in its middle. */
function keyTailSpans(text: string): readonly Span[] {
  return [...text.matchAll(new RegExp(keyEnd, 'g'))].map(({ 0: found, index }) => {
    const lines = text.slice(Math.max(0, index - 10_000), index).split('\n');
    const first = lines.findLastIndex(line => !/^[-+ \t]*[A-Za-z0-9+/=]*\s*$/.test(line)) + 1;
    return { start: index - lines.slice(first).join('\n').length, end: index + found.length };
  });
}

function knownSpans(text: string): readonly Span[] {
  return forms.flatMap(pattern =>
    // In most texts stands none of them, and a mere search is quick.
    text.search(pattern) < 0
      ? []
      : [...text.matchAll(pattern)].map(match => ({
          start: match.index + (match.groups?.['kept']?.length ?? 0),
          end: match.index + match[0].length,
        })),
  );
}
