import { diffArrays } from 'diff';
import type { Line } from './model.ts';

/** Unchanged lines kept on each side of a change. */
const context = 3;
/** Beyond so many differing lines the search for the shortest difference takes seconds: all old, then all new. */
const mostEdits = 2000;

/** The lines that differ, with a few around them. Nothing when both are the same. */
export function diffLines(before: string | undefined, after: string | undefined): Line[] {
  const [old, young] = [linesOf(before), linesOf(after)];
  const parts = diffArrays(old, young, { maxEditLength: mostEdits }) ?? [
    { value: old, removed: true, added: false },
    { value: young, removed: false, added: true },
  ];
  const all = parts.flatMap(part =>
    part.value.map<Line>(text => ({
      op: part.added === true ? 'add' : part.removed === true ? 'remove' : 'same',
      text,
    })),
  );
  return foldSame(all);
}

function linesOf(text: string | undefined): string[] {
  if (text === undefined) return [];
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}

function foldSame(lines: readonly Line[]): Line[] {
  const isNear = lines.map(() => false);
  for (const [index, { op }] of lines.entries()) {
    if (op === 'same') continue;
    for (let near = index - context; near <= index + context; near++)
      if (near >= 0 && near < lines.length) isNear[near] = true;
  }
  const folded: Line[] = [];
  let hidden = 0;
  const flush = () => {
    if (hidden > 0) folded.push(gap(hidden));
    hidden = 0;
  };
  for (const [index, line] of lines.entries()) {
    if (isNear[index] === true) {
      flush();
      folded.push(line);
    } else hidden++;
  }
  if (folded.length > 0) flush();
  return folded;
}

function gap(count: number): Line {
  return { op: 'gap', text: count === 1 ? '1 line the same' : `${count} lines the same` };
}
