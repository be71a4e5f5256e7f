/** What policies allow, and whether one allows what another did not. When in doubt it does. */
import { textsOf } from './policy.ts';
import { keyOf, type MapNode, type Node } from './value-tree.ts';

/** One statement as its combinations: allowed is each action by each principal on each resource. */
type Grant = {
  readonly action: string;
  readonly resource: string;
  readonly principal: string;
  readonly conditions: ReadonlyMap<string, Node>;
};

const allBut = 'all but ';

/** Beyond so many combinations nothing is compared: such a policy counts as widened. */
const mostGrants = 2000;

/** What the statements after allow and those before did not, as texts like `s3:PutObject on *`; none when nothing is gained. */
export function widenedGrants(before: readonly MapNode[], after: readonly MapNode[]): readonly string[] {
  const [old, young] = [grantsOf(before, 'Allow'), grantsOf(after, 'Allow')];
  if (old === undefined || young === undefined) return ['more than can be compared'];
  const gained = young.filter(grant => !old.some(other => covers(other, grant))).map(describe);
  const [oldDenials, newDenials] = [grantsOf(before, 'Deny'), grantsOf(after, 'Deny')];
  if (oldDenials === undefined || newDenials === undefined) return ['more than can be compared'];
  const released = oldDenials
    .filter(grant => !newDenials.some(other => covers(other, grant)))
    .map(grant => `no longer denied: ${describe(grant)}`);
  return [...new Set([...gained, ...released])];
}

/** Grants that leave nothing out: every action, every action of a service on everything, or everybody. */
export function sweepingGrants(statements: readonly MapNode[]): readonly string[] {
  const grants = grantsOf(statements, 'Allow');
  if (grants === undefined) return ['more than can be compared'];
  const found = grants.filter(({ action, resource, principal, conditions }) => {
    const isEverybody = isAnything(principal) && !limitsCaller(conditions);
    const isEveryAction =
      isAnything(action) || (/^[\w-]+:[*?]*\*[*?]*$/.test(action) && isEverything(resource));
    return isEverybody || (isEveryAction && principal === '');
  });
  return [...new Set(found.map(describe))];
}

/** Any text of stars and colons, or all but something. */
function isAnything(text: string): boolean {
  return text.startsWith(allBut) || /^[*?]*\*[*?]*(:[*?]*\*[*?]*)?$/.test(text);
}

/** Also `arn:aws:s3:::*` and `arn:aws:s3:::*\/*`, everything that a service has. */
function isEverything(resource: string): boolean {
  return isAnything(resource) || /^arn:[^:]*:[^:]*:\*?:\*?:[*/:]*\*$/.test(resource);
}

/** What a request looks like, and not who makes it. */
const requestKeys =
  /^(s3:(x-amz-.*|prefix|delimiter|max-keys)|aws:(securetransport|useragent|referer|currenttime|epochtime|requestedregion))$/i;

/** Whether a condition leaves out callers; one that asks for any value, or for none, does not. */
function limitsCaller(conditions: ReadonlyMap<string, Node>): boolean {
  return [...conditions].some(([operator, keys]) => {
    if (/Not|IfExists$|^Null$|^ForAllValues/i.test(operator) || keys.kind !== 'map') return false;
    return [...keys.entries].some(([key, values]) => {
      const texts = textsOf(values);
      const isOpen = texts.some(text => /^[*?]+$|^(0\.0\.0\.0|::)\/0$/.test(text));
      return !requestKeys.test(key) && !isOpen;
    });
  });
}

function grantsOf(statements: readonly MapNode[], effect: string): readonly Grant[] | undefined {
  const grants: Grant[] = [];
  for (const { entries } of statements) {
    if (textsOf(entries.get('Effect'))[0] !== effect) continue;
    const conditions = entries.get('Condition');
    for (const action of either(entries, 'Action'))
      for (const resource of either(entries, 'Resource'))
        for (const principal of principalsOf(entries)) {
          if (grants.length >= mostGrants) return undefined;
          grants.push({
            action,
            resource,
            principal,
            conditions: conditions?.kind === 'map' ? conditions.entries : new Map(),
          });
        }
  }
  return grants;
}

/** The list, or its contrary as one text of its own: it is compared as it stands. */
function either(entries: ReadonlyMap<string, Node>, name: string): readonly string[] {
  const contrary = entries.get(`Not${name}`);
  if (contrary !== undefined) return [`${allBut}${textsOf(contrary).join(', ')}`];
  const texts = textsOf(entries.get(name));
  return texts.length === 0 ? [''] : texts;
}

function principalsOf(entries: ReadonlyMap<string, Node>): readonly string[] {
  const contrary = entries.get('NotPrincipal');
  if (contrary !== undefined) return [`${allBut}${namesOf(contrary).join(', ')}`];
  const principal = entries.get('Principal');
  if (principal === undefined) return [''];
  return namesOf(principal);
}

function namesOf(principal: Node): readonly string[] {
  if (principal.kind !== 'map') return textsOf(principal);
  return [...principal.entries].flatMap(([kind, node]) =>
    textsOf(node).map(text => (kind === 'AWS' ? text : `${kind}:${text}`)),
  );
}

/** Whether everything that the second allows is allowed by the first: every condition of the first holds in the second too. */
function covers(wide: Grant, narrow: Grant): boolean {
  return (
    matches(wide.action.toLowerCase(), narrow.action.toLowerCase()) &&
    matches(wide.resource, narrow.resource) &&
    matches(wide.principal, narrow.principal) &&
    [...wide.conditions].every(([operator, keys]) =>
      implies(narrow.conditions.get(operator), keys, {
        isNegated: /Not/.test(operator),
        isPattern: /^(For\w+:)?String(Not)?Like/.test(operator),
      }),
    )
  );
}

/** Whether each key of one operator is asked for in the strict condition too: with fewer values, or with more that are refused. */
function implies(
  strict: Node | undefined,
  loose: Node,
  { isNegated, isPattern }: { readonly isNegated: boolean; readonly isPattern: boolean },
): boolean {
  if (strict?.kind !== 'map' || loose.kind !== 'map') return keyOf(strict) === keyOf(loose);
  const others = new Map([...strict.entries].map(([name, values]) => [name.toLowerCase(), values]));
  return [...loose.entries].every(([name, values]) => {
    const other = others.get(name.toLowerCase());
    const [few, many] = isNegated ? [values, other] : [other, values];
    const [inner, outer] = [knownTexts(few), knownTexts(many)];
    if (inner === undefined || outer === undefined) return keyOf(few) === keyOf(many);
    return inner.every(text => outer.some(wide => wide === text || (isPattern && globMatches(wide, text))));
  });
}

/** One text or a list of them; undefined where one is hidden or unknown. */
function knownTexts(node: Node | undefined): readonly string[] | undefined {
  const texts = textsOf(node);
  return texts.length === (node?.kind === 'list' ? node.items.length : 1) ? texts : undefined;
}

/** Whether a text with `*` and `?` takes in every text that the other does. */
function matches(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '*') return true;
  if (!wide.startsWith(allBut)) return !narrow.startsWith(allBut) && globMatches(wide, narrow);
  const left = leftOut(wide);
  if (narrow.startsWith(allBut))
    return left.every(text => leftOut(narrow).some(pattern => globMatches(pattern, text)));
  return !/[*?]/.test(narrow) && !left.some(pattern => globMatches(pattern, narrow));
}

function leftOut(contrary: string): readonly string[] {
  return contrary.slice(allBut.length).split(', ');
}

/** Backs up to the last star only, so that no pattern takes long. */
function globMatches(pattern: string, text: string): boolean {
  let [at, place, star, mark] = [0, 0, -1, 0];
  while (place < text.length) {
    const sign = pattern[at];
    if (sign === '*') {
      star = at++;
      mark = place;
    } else if (sign === text[place] || (sign === '?' && text[place] !== '*')) {
      at++;
      place++;
    } else if (star >= 0) {
      at = star + 1;
      place = ++mark;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

function describe({ action, resource, principal, conditions }: Grant): string {
  return [
    action,
    resource === '' ? '' : `on ${resource}`,
    principal === '' ? '' : `for ${principal === '*' ? 'everybody' : principal}`,
    conditions.size === 0 ? '' : 'under a condition',
  ]
    .filter(part => part !== '')
    .join(' ');
}
