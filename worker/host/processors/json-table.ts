/**
 * The grammar of RFC 8259 as a table: the next state for each state and byte. Bytes that need the stack of open
 * objects and arrays lead to an action instead of a state. UTF-8 inside strings is part of the table (RFC 3629:
 * no overlong forms, no surrogates, nothing above U+10FFFF). A byte order mark is refused, as RFC 8259 section 8.1
 * forbids writing one and most readers of a lake stumble over it.
 */

/** Strings are told apart by what they are: a value, a key of the root object, a key further in. */
const stringKinds = ['text', 'rootKey', 'innerKey'] as const;
type StringKind = (typeof stringKinds)[number];

const insideNames = [
  ...['Escape', 'Hex4', 'Hex3', 'Hex2', 'Hex1'],
  ...['Tail1', 'Tail2', 'Tail3', 'TailE0', 'TailED', 'TailF0', 'TailF4'],
] as const;
type InsideName = (typeof insideNames)[number];

const outsideNames = [
  ...['value', 'item', 'key', 'member', 'colon', 'after', 'lineFeed'],
  ...['minus', 'zero', 'digits', 'point', 'fraction', 'exponent', 'sign', 'power'],
  ...['true1', 'true2', 'true3', 'false1', 'false2', 'false3', 'false4', 'null1', 'null2', 'null3'],
] as const;

type StateName = (typeof outsideNames)[number] | StringKind | `${StringKind}${InsideName}`;

const stateNames: readonly StateName[] = [
  ...outsideNames,
  ...stringKinds,
  ...stringKinds.flatMap(kind => insideNames.map((name): StateName => `${kind}${name}`)),
];

/** The number that stands for a state in a table. */
export const state = (name: StateName): number => stateNames.indexOf(name);

/** Everything from here on in a table is an action. */
export const firstAction = 64;
export const action = {
  openText: 64,
  openKey: 65,
  closeRootKey: 66,
  openObject: 67,
  closeObject: 68,
  openArray: 69,
  closeArray: 70,
  comma: 71,
  carriageReturn: 72,
  endLine: 73,
  refuse: 74,
} as const;

const table = new Uint8Array(stateNames.length * 256).fill(action.refuse);

/** Next state or action at `state * 256 + byte`, for one document. */
export const documentTable: Uint8Array = table;

/** States in which a document may end, when nothing is open. */
export const finalStates: ReadonlySet<number> = new Set(
  (['after', 'zero', 'digits', 'fraction', 'power'] as const).map(state),
);

/** States inside a key of the root object. */
export const rootKeyStates: ReadonlySet<number> = new Set(
  stateNames.filter(name => name.startsWith('rootKey')).map(state),
);

/** What would have been right in a state, for the text of an error. */
export function expectedIn(current: number): string {
  const name = stateNames[current] ?? 'value';
  return expectations.find(([form]) => form.test(name))?.[1] ?? 'a value';
}

const expectations: readonly (readonly [RegExp, string])[] = [
  [/Escape$/, 'one of "\\/bfnrtu'],
  [/Hex.$/, 'a hexadecimal digit'],
  [/Tail..?$/, 'UTF-8'],
  [/^(text|rootKey|innerKey)$/, 'text without raw control characters, in UTF-8'],
  [/^item$/, 'a value or ]'],
  [/^key$/, 'a key or }'],
  [/^member$/, 'a key'],
  [/^colon$/, 'a colon'],
  [/^after$/, 'a comma or the end'],
  [/^lineFeed$/, 'a line feed after a carriage return'],
  [/^zero$/, 'a point, an exponent or the end of the number'],
  [/^(digits|fraction|power)$/, 'a digit or the end of the number'],
  [/^(minus|point|exponent|sign)$/, 'a digit'],
  [/^true/, 'true'],
  [/^false/, 'false'],
  [/^null/, 'null'],
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
  const steps = outsideNames.filter(step => step.startsWith(name));
  steps.forEach((step, at) => {
    on(step, name.charAt(at + 1), state(steps[at + 1] ?? 'after'));
  });
}

/** A string of one kind; `close` is what its closing quote leads to. */
function string(kind: StringKind, close: number): void {
  on(kind, [0x20, 0x7f], state(kind));
  on(kind, '"', close);
  on(kind, '\\', state(`${kind}Escape`));
  on(`${kind}Escape`, '"\\/bfnrt', state(kind));
  on(`${kind}Escape`, 'u', state(`${kind}Hex4`));
  for (const [name, next] of [
    [`${kind}Hex4`, `${kind}Hex3`],
    [`${kind}Hex3`, `${kind}Hex2`],
    [`${kind}Hex2`, `${kind}Hex1`],
    [`${kind}Hex1`, kind],
  ] as const) {
    on(name, '0123456789abcdefABCDEF', state(next));
  }
  on(kind, [0xc2, 0xdf], state(`${kind}Tail1`));
  on(kind, [0xe1, 0xef], state(`${kind}Tail2`));
  on(kind, [0xe0, 0xe0], state(`${kind}TailE0`));
  on(kind, [0xed, 0xed], state(`${kind}TailED`));
  on(kind, [0xf1, 0xf3], state(`${kind}Tail3`));
  on(kind, [0xf0, 0xf0], state(`${kind}TailF0`));
  on(kind, [0xf4, 0xf4], state(`${kind}TailF4`));
  on(`${kind}Tail1`, [0x80, 0xbf], state(kind));
  on(`${kind}Tail2`, [0x80, 0xbf], state(`${kind}Tail1`));
  on(`${kind}Tail3`, [0x80, 0xbf], state(`${kind}Tail2`));
  on(`${kind}TailE0`, [0xa0, 0xbf], state(`${kind}Tail1`));
  on(`${kind}TailED`, [0x80, 0x9f], state(`${kind}Tail1`));
  on(`${kind}TailF0`, [0x90, 0xbf], state(`${kind}Tail2`));
  on(`${kind}TailF4`, [0x80, 0x8f], state(`${kind}Tail2`));
}

for (const name of ['value', 'item', 'key', 'member', 'colon', 'after'] as const)
  on(name, ' \t\n\r', state(name));

on('value', '"', action.openText);
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

on('member', '"', action.openKey);
on('key', '"', action.openKey);
on('key', '}', action.closeObject);
on('colon', ':', state('value'));
on('after', ',', action.comma);
on('after', '}', action.closeObject);
on('after', ']', action.closeArray);

string('text', state('after'));
string('rootKey', action.closeRootKey);
string('innerKey', state('colon'));

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

/** The same for one document in each line: where a document takes a line end as whitespace, it ends the line. */
export const linesTable: Uint8Array = table.slice();
for (let row = 0; row < linesTable.length; row += 256) {
  if (linesTable[row + 0x0a] !== action.refuse) linesTable[row + 0x0a] = action.endLine;
  if (linesTable[row + 0x0d] !== action.refuse) linesTable[row + 0x0d] = action.carriageReturn;
}
linesTable[state('lineFeed') * 256 + 0x0a] = action.endLine;

/** Bytes of a string that stand for themselves: ASCII but quote, backslash and control characters. */
export const isPlainText: Uint8Array = Uint8Array.from(range(0, 255), byte =>
  byte >= 0x20 && byte <= 0x7f && byte !== 0x22 && byte !== 0x5c ? 1 : 0,
);
