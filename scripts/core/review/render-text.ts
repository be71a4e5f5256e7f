import { cutTo, showControls, wrapTo } from '../cell-text.ts';
import { renderTable } from '../table.ts';
import {
  cutLines,
  type DetailLine,
  detailLines,
  notesOf,
  renderVerdict,
  shortCommit,
  signOf,
  stackRows,
  subjectOf,
} from './entry-words.ts';
import { type Entry, type Review, sectionNames, sectionTitles } from './model.ts';

export type TextOptions = {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
};

/** Numbers of the terminal's colours. */
const colors = { red: 31, green: 32, yellow: 33, magenta: 35, grey: 90, bold: 1 } as const;
type Color = keyof typeof colors;
type Row = {
  readonly text: string;
  readonly color?: Color;
  /** Stands before the rest of a text that takes several lines, as long as what begins the first; without one it is cut. */
  readonly hang?: string;
};

/** Lines that one text may take: the page shows it whole. */
const mostPieces = 20;

/** The review for a terminal: a table of the stacks, then a tree of what changes. The attributes of what is created stay out. */
export function renderReviewText(review: Review, options: TextOptions): string {
  const { environment, target, commit } = review.meta;
  const rows: readonly Row[] = [
    {
      text: `Plan of ${environment} (target ${target}${commit === null ? '' : `, commit ${shortCommit(commit)}`})`,
      color: 'bold',
    },
    { text: '' },
    ...stackTable(review)
      .split('\n')
      .map(text => ({ text })),
    { text: '' },
    ...sectionNames.flatMap(section => {
      const entries = review.entries.filter(entry => entry.section === section);
      return entries.length === 0 ? [] : sectionRows(sectionTitles[section], entries);
    }),
    { text: renderVerdict(review), color: 'bold' },
  ];
  return rows.map(row => renderRow(row, options)).join('\n');
}

function stackTable(review: Review): string {
  const { counts } = review;
  return renderTable([
    ['stack', 'add', 'change', 'destroy', ''],
    ...stackRows(review).map(({ stack, cells, note }) => [stack, ...cells, showControls(note)]),
    ['all', counts.add, counts.change, counts.destroy, ''],
  ]);
}

function sectionRows(title: string, entries: readonly Entry[]): readonly Row[] {
  const stacks = [...new Set(entries.map(({ stack }) => stack))];
  return [
    { text: `${title} (${entries.length})`, color: 'bold' },
    ...stacks.flatMap((stack, index) => {
      const isLast = index === stacks.length - 1;
      const own = entries.filter(entry => entry.stack === stack);
      return [
        { text: `${isLast ? '└─' : '├─'} ${stack}` },
        ...own.flatMap((entry, place) => {
          const isLastEntry = place === own.length - 1;
          const stem = isLast ? '   ' : '│  ';
          return entryRows(
            entry,
            `${stem}${isLastEntry ? '└─ ' : '├─ '}`,
            `${stem}${isLastEntry ? '   ' : '│  '}`,
          );
        }),
      ];
    }),
    { text: '' },
  ];
}

function entryRows(entry: Entry, branch: string, stem: string): readonly Row[] {
  const sign = signOf(entry);
  const isBrief = entry.kind === 'resource' && (entry.action === 'create' || entry.action === 'read');
  const inner = `${stem}${' '.repeat(sign.length + 1)}`;
  return [
    { text: `${branch}${sign} ${showControls(subjectOf(entry))}`, color: colorOf(entry), hang: inner },
    ...notesOf(entry).map<Row>(text => ({ text: `${inner}${showControls(text)}`, hang: inner })),
    ...(entry.kind === 'resource' ? entry.risks : []).map<Row>(({ text }) => ({
      text: `${inner}! ${showControls(text)}`,
      color: 'magenta',
      hang: `${inner}  `,
    })),
    ...(isBrief ? [] : cutLines(detailLines(entry))).map<Row>(line => {
      const stem = `${inner}${'  '.repeat(line.depth)}`;
      const { sign, color } = marks[line.op];
      return { text: `${stem}${sign} ${showControls(line.text)}`, color, hang: `${stem}  ` };
    }),
  ];
}

const marks: Readonly<Record<DetailLine['op'], { readonly sign: string; readonly color: Color }>> = {
  add: { sign: '+', color: 'green' },
  remove: { sign: '-', color: 'red' },
  change: { sign: '~', color: 'yellow' },
  same: { sign: ' ', color: 'grey' },
  gap: { sign: '…', color: 'grey' },
  note: { sign: ' ', color: 'grey' },
};

function colorOf(entry: Entry): Color {
  switch (entry.section) {
    case 'failures':
    case 'removals':
      return 'red';
    case 'risks':
      return 'magenta';
    case 'creates':
      return 'green';
    case 'changes':
    case 'drift':
      return 'yellow';
    default:
      return 'bold';
  }
}

function renderRow({ text, color, hang }: Row, { width, color: isColored }: TextOptions): string {
  return piecesOf(text, hang, width)
    .map(piece =>
      isColored && color !== undefined && piece !== '' ? `\u001b[${colors[color]}m${piece}\u001b[0m` : piece,
    )
    .join('\n');
}

function piecesOf(text: string, hang: string | undefined, width: number): readonly string[] {
  if (hang === undefined || hang.length > width / 2) return [cutTo(text, width)];
  const pieces = wrapTo(text.slice(hang.length), width - hang.length);
  const shown = pieces.slice(0, mostPieces);
  const rest = pieces.length - shown.length;
  return [
    ...shown.map((piece, index) => `${index === 0 ? text.slice(0, hang.length) : hang}${piece}`),
    ...(rest > 0 ? [cutTo(`${hang}… ${rest} more lines: plan.html has them all`, width)] : []),
  ];
}
