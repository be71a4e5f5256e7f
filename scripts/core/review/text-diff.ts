import { diffArrays } from 'diff';
import type { Line } from './model.ts';

/** Unchanged lines kept on each side of a change. */
const context = 3;
/** Beyond so many differing lines the search for the shortest difference takes seconds: all old, then all new. */
const mostEdits = 2000;

/** A text as it stands and as it is shown: what differs is found in the first, for a secret hides it in the second. */
export type Shown = { readonly text: string; readonly shown: string };

/** The lines that differ, as they are shown, with a few around them. Nothing when both are the same. */
export function diffLines(before: Shown | undefined, after: Shown | undefined): Line[] {
  const [old, young] = [piecesOf(before), piecesOf(after)];
  const shown = new Map([...old, ...young].map(piece => [keyOf(piece), piece.shown]));
  const all = diffTexts(old.map(keyOf), young.map(keyOf)).flatMap(part =>
    part.value
      .flatMap(key => shown.get(key) ?? [])
      .map<Line>(text => ({
        op: part.added === true ? 'add' : part.removed === true ? 'remove' : 'same',
        text,
      })),
  );
  return foldSame(all);
}

function diffTexts(old: readonly string[], young: readonly string[]) {
  return (
    diffArrays([...old], [...young], { maxEditLength: mostEdits }) ?? [
      { value: [...old], removed: true, added: false },
      { value: [...young], removed: false, added: true },
    ]
  );
}

/** What is compared as one: a line, or the lines of one secret with what is shown in their place. */
type Piece = { readonly lines: readonly string[]; readonly shown: readonly string[] };

function keyOf(piece: Piece): string {
  return JSON.stringify([piece.lines, piece.shown]);
}

function piecesOf(text: Shown | undefined): readonly Piece[] {
  const [lines, shown] = [linesOf(text?.text), linesOf(text?.shown)];
  if (lines.length === shown.length) return pair(lines, shown);
  const pieces: Piece[] = [];
  let hidden: { lines: string[]; shown: string[] } = { lines: [], shown: [] };
  const flush = () => {
    pieces.push(...pair(hidden.lines, hidden.shown));
    hidden = { lines: [], shown: [] };
  };
  for (const { added, removed, value } of diffTexts(lines, shown)) {
    if (removed === true) hidden.lines.push(...value);
    else if (added === true) hidden.shown.push(...value);
    else {
      flush();
      pieces.push(...pair(value, value));
    }
  }
  flush();
  return pieces;
}

/** Line by line where there are as many of both, for nothing but a secret of several lines makes them fewer. */
function pair(lines: readonly string[], shown: readonly string[]): readonly Piece[] {
  if (lines.length !== shown.length) return [{ lines, shown }];
  return lines.map((line, index) => ({ lines: [line], shown: [shown[index] ?? ''] }));
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
