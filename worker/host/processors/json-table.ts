/**
 * The grammar of RFC 8259 as a table: the next state for each state and byte. Bytes that need the stack of open
 * objects and arrays lead to an action instead of a state. UTF-8 inside strings is part of the table (RFC 3629:
 * no overlong forms, no surrogates, nothing above U+10FFFF). A byte order mark is refused, as RFC 8259 section 8.1
 * forbids writing one and most readers of a lake stumble over it.
 */

const stateNames = [
  ...['value', 'item', 'key', 'member', 'colon', 'after'],
  ...['string', 'escape', 'hex4', 'hex3', 'hex2', 'hex1'],
  ...['tail1', 'tail2', 'tail3', 'tailE0', 'tailED', 'tailF0', 'tailF4'],
  ...['minus', 'zero', 'digits', 'point', 'fraction', 'exponent', 'sign', 'power'],
  ...['true1', 'true2', 'true3', 'false1', 'false2', 'false3', 'false4', 'null1', 'null2', 'null3'],
] as const;
type StateName = (typeof stateNames)[number];

/** The number that stands for a state in the table. */
export const state = (name: StateName): number => stateNames.indexOf(name);

/** Everything from here on in the table is an action. */
export const firstAction = 64;
export const action = {
  openString: 64,
  closeString: 65,
  openObject: 66,
  closeObject: 67,
  openArray: 68,
  closeArray: 69,
  comma: 70,
  refuse: 71,
} as const;

/** Next state or action at `state * 256 + byte`. */
export const table = new Uint8Array(stateNames.length * 256).fill(action.refuse);

/** States in which a document may end, when nothing is open. */
export const finalStates: ReadonlySet<number> = new Set(
  (['after', 'zero', 'digits', 'fraction', 'power'] as const).map(state),
);

/** What would have been right in a state, for the text of an error. */
export function expectedIn(current: number): string {
  const name = stateNames[current] ?? 'value';
  return expectations.find(([start]) => name.startsWith(start))?.[1] ?? 'a value';
}

const expectations: readonly (readonly [string, string])[] = [
  ['item', 'a value or ]'],
  ['key', 'a key or }'],
  ['member', 'a key'],
  ['colon', 'a colon'],
  ['after', 'a comma or the end'],
  ['string', 'text without raw control characters, in UTF-8'],
  ['tail', 'UTF-8'],
  ['escape', 'one of "\\/bfnrtu'],
  ['hex', 'a hexadecimal digit'],
  ['zero', 'a point, an exponent or the end of the number'],
  ...(['minus', 'digits', 'point', 'fraction', 'exponent', 'sign', 'power'] as const).map(
    name => [name, 'a digit'] as const,
  ),
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
];

function on(from: StateName, bytes: string | readonly [number, number], next: number): void {
  const [first, last] = typeof bytes === 'string' ? [0, -1] : bytes;
  const codes = typeof bytes === 'string' ? Buffer.from(bytes) : range(first, last);
  for (const code of codes) table[state(from) * 256 + code] = next;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function copyRow(from: StateName, to: StateName): void {
  table.copyWithin(state(to) * 256, state(from) * 256, state(from) * 256 + 256);
}

function word(name: 'true' | 'false' | 'null'): void {
  const steps = stateNames.filter(step => step.startsWith(name));
  steps.forEach((step, at) => {
    on(step, name.charAt(at + 1), state(steps[at + 1] ?? 'after'));
  });
}

for (const name of ['value', 'item', 'key', 'member', 'colon', 'after'] as const)
  on(name, ' \t\n\r', state(name));

on('value', '"', action.openString);
on('value', '{', action.openObject);
on('value', '[', action.openArray);
on('value', '-', state('minus'));
on('value', '0', state('zero'));
on('value', '123456789', state('digits'));
on('value', 't', state('true1'));
on('value', 'f', state('false1'));
on('value', 'n', state('null1'));
copyRow('value', 'item');
on('item', ' \t\n\r', state('item'));
on('item', ']', action.closeArray);

on('member', '"', action.openString);
on('key', '"', action.openString);
on('key', '}', action.closeObject);
on('colon', ':', state('value'));
on('after', ',', action.comma);
on('after', '}', action.closeObject);
on('after', ']', action.closeArray);

on('string', [0x20, 0x7f], state('string'));
on('string', '"', action.closeString);
on('string', '\\', state('escape'));
on('escape', '"\\/bfnrt', state('string'));
on('escape', 'u', state('hex4'));
for (const [name, next] of [
  ['hex4', 'hex3'],
  ['hex3', 'hex2'],
  ['hex2', 'hex1'],
  ['hex1', 'string'],
] as const) {
  on(name, '0123456789abcdefABCDEF', state(next));
}

on('string', [0xc2, 0xdf], state('tail1'));
on('string', [0xe1, 0xef], state('tail2'));
on('string', [0xe0, 0xe0], state('tailE0'));
on('string', [0xed, 0xed], state('tailED'));
on('string', [0xf1, 0xf3], state('tail3'));
on('string', [0xf0, 0xf0], state('tailF0'));
on('string', [0xf4, 0xf4], state('tailF4'));
on('tail1', [0x80, 0xbf], state('string'));
on('tail2', [0x80, 0xbf], state('tail1'));
on('tail3', [0x80, 0xbf], state('tail2'));
on('tailE0', [0xa0, 0xbf], state('tail1'));
on('tailED', [0x80, 0x9f], state('tail1'));
on('tailF0', [0x90, 0xbf], state('tail2'));
on('tailF4', [0x80, 0x8f], state('tail2'));

for (const name of ['zero', 'digits', 'fraction', 'power'] as const) {
  copyRow('after', name);
  on(name, ' \t\n\r', state('after'));
}
on('minus', '0', state('zero'));
on('minus', '123456789', state('digits'));
on('digits', '0123456789', state('digits'));
for (const name of ['zero', 'digits'] as const) on(name, '.', state('point'));
for (const name of ['point', 'fraction'] as const) on(name, '0123456789', state('fraction'));
for (const name of ['zero', 'digits', 'fraction'] as const) on(name, 'eE', state('exponent'));
on('exponent', '+-', state('sign'));
for (const name of ['exponent', 'sign', 'power'] as const) on(name, '0123456789', state('power'));

word('true');
word('false');
word('null');
