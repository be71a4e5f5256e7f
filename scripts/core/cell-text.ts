/** Text in a terminal's cells: made harmless, measured and cut. */

/** Escape sequences, and what turns a line around or cannot be seen; joiners belong to the letters beside them. */
const unsafe = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Wide characters: Chinese, Japanese, Korean, full width, emoji. Source: Unicode Standard Annex 11. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const marksAlone = /^[\p{M}\u200c\u200d]+$/u;
const plain = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The text in one line, with everything that a terminal would obey shown instead: `\n`, `\t`, `\u{1b}`. */
export function showControls(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(unsafe, found => named[found] ?? `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same for a text of several lines: its line ends and tabs stay. */
export function showLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/[^\n\t]+/g, part => showControls(part));
}

/** Columns of a terminal that the text takes. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += clusterWidth(segment);
  return width;
}

/** The text, or as much of its beginning as fits with an ellipsis behind. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of graphemes.segment(text)) {
    used += clusterWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** The text in pieces that each fit, a character at least. */
export function wrapTo(text: string, width: number): readonly string[] {
  if (widthOf(text) <= width) return [text];
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const more = clusterWidth(segment);
    if (used + more > width && piece !== '') {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += segment;
    used += more;
  }
  return [...pieces, piece];
}

function clusterWidth(cluster: string): number {
  if (marksAlone.test(cluster)) return 0;
  return wide.test(cluster) ? 2 : 1;
}
