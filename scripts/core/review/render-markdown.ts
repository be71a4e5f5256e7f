import { cutTo, showControls, widthOf } from '../cell-text.ts';
import { entryCount } from './counts.ts';
import {
  actionWord,
  cutLines,
  type DetailLine,
  detailLines,
  notesOf,
  plural,
  renderVerdict,
  shortCommit,
  signOf,
  stackRows,
  subjectOf,
} from './entry-words.ts';
import { type Entry, type Review, sectionNames, sectionTitles } from './model.ts';

/** Characters that a comment on GitHub may hold. */
export const commentLimit = 65_536;

/** What the note about dropped detail takes at most. */
const noteRoom = 300;
/** One line of an entry, and one of its detail, at most. */
const longestLine = 400;

/**
 * The review as GitHub's Markdown. What does not fit is dropped: details first and from the end, then whole entries from
 * the end, and the text says so.
 * @param options.limit characters
 */
export function renderReviewMarkdown(review: Review, options: { readonly limit: number }): string {
  const entries = review.entries.map(entry => ({
    section: entry.section,
    brief: renderBrief(entry),
    ...renderFull(entry),
  }));
  const head = renderHead(review);
  const headings = sectionNames.flatMap(section => {
    const count = entries.filter(entry => entry.section === section).length;
    return count === 0 ? [] : [{ section, text: `\n## ${sectionTitles[section]} (${count})\n\n`, count }];
  });
  let size = head.length + headings.reduce((sum, { text }) => sum + text.length + 40, 0);
  size += entries.reduce((sum, { full }) => sum + full.length, 0);
  const room = options.limit - noteRoom;
  let withDetail = entries.length;
  while (size > room && withDetail > 0) {
    withDetail--;
    size -= (entries[withDetail]?.full.length ?? 0) - (entries[withDetail]?.brief.length ?? 0);
  }
  let shown = entries.length;
  while (size > room && shown > 0) {
    shown--;
    size -= entries[shown]?.brief.length ?? 0;
  }
  const body = headings.map(({ section, text, count }) => {
    const own = entries
      .map((entry, index) => ({ ...entry, index }))
      .filter(entry => entry.section === section && entry.index < shown);
    const texts = own.map(({ full, brief, index }) => (index < withDetail ? full : brief));
    return `${text}${texts.join('')}${own.length < count ? `- … ${count - own.length} more\n` : ''}`;
  });
  const bare = entries.filter(
    ({ full, brief }, index) => index >= withDetail && index < shown && full !== brief,
  );
  const cut = entries.filter(({ isCut }, index) => isCut && index < withDetail).length;
  return `${head}${renderNote({ bare: bare.length, dropped: entries.length - shown, cut })}${body.join('')}`;
}

function renderHead(review: Review): string {
  const { environment, target, commit, madeAt, toolVersions } = review.meta;
  const { counts } = review;
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const versions = Object.entries(toolVersions).map(([tool, version]) => `${tool} ${version}`);
  const facts = [
    `target ${target}`,
    commit === null ? '' : `commit ${shortCommit(commit)}`,
    ...versions,
    madeAt,
  ];
  return `${[
    `# Plan of ${code(environment)}`,
    '',
    `**${prose(renderVerdict(review))}**`,
    '',
    row(['stack', 'add', 'change', 'destroy', '']),
    row(['---', '---:', '---:', '---:', '---']),
    ...stackRows(review).map(({ stack, cells, note }) =>
      row([prose(stack), ...cells, prose(cutTo(note, longestLine))]),
    ),
    row(['**all**', `**${counts.add}**`, `**${counts.change}**`, `**${counts.destroy}**`, '']),
    '',
    `<sub>${prose(facts.filter(fact => fact !== '').join(' · '))}</sub>`,
  ].join('\n')}\n`;
}

function renderNote({ bare, dropped, cut }: Readonly<Record<'bare' | 'dropped' | 'cut', number>>): string {
  const left = [
    bare > 0 ? `the details of ${entryCount(bare)}` : '',
    dropped > 0 ? `${entryCount(dropped)} altogether` : '',
  ].filter(part => part !== '');
  const parts = [
    left.length > 0 ? `${left.join(' and ')} left out, the last ones first` : '',
    cut > 0 ? `long lines or long differences of ${entryCount(cut)} cut` : '',
  ].filter(part => part !== '');
  if (parts.length === 0) return '';
  return `\n> Shortened to fit into a comment: ${parts.join('; ')}. plan.html has them all.\n`;
}

/** The entry's line alone. */
function renderBrief(entry: Entry): string {
  const risks = entry.kind === 'resource' ? entry.risks.map(({ text }) => `⚠ ${text}`) : [];
  const notes = [...notesOf(entry), ...risks].map(note => cutTo(note, longestLine)).map(prose);
  return `- ${code(`${signOf(entry)} ${entry.stack}: ${cutTo(subjectOf(entry), longestLine)}`)} ${[actionWord(entry), ...notes].join('; ')}\n`;
}

/** The line and, folded away, all that changes. */
function renderFull(entry: Entry): { readonly full: string; readonly isCut: boolean } {
  const lines = detailLines(entry);
  const isCut =
    lines.length > cutLines(lines).length ||
    [subjectOf(entry), ...lines.map(({ text }) => text)].some(isTooLong);
  if (lines.length === 0) return { full: renderBrief(entry), isCut };
  const text = cutLines(lines)
    .map(line =>
      `${signs[line.op]} ${'  '.repeat(line.depth)}${cutTo(showControls(line.text), longestLine)}`.trimEnd(),
    )
    .join('\n');
  const fence = fenceFor(text);
  return {
    full: `${renderBrief(entry)}  <details><summary>${plural(lines.length, 'line')}</summary>\n\n${indent(`${fence}diff\n${text}\n${fence}`)}\n\n  </details>\n`,
    isCut,
  };
}

function isTooLong(text: string): boolean {
  return widthOf(showControls(text)) > longestLine;
}

/** As GitHub colours a difference: `!` for what changes in place. */
const signs: Readonly<Record<DetailLine['op'], string>> = {
  add: '+',
  remove: '-',
  change: '!',
  same: ' ',
  gap: '#',
  note: '#',
};

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** Text that stays text: nothing of it is Markdown, HTML or a mention. */
function prose(text: string): string {
  return showControls(text)
    .replace(/[&<>"'@#]/g, found => `&#${found.charCodeAt(0)};`)
    .replace(/[\\`*_{}[\]()|~!:]/g, '\\$&');
}

/** A code span: its fence is longer than any run of backticks within, and a table takes no bar. */
function code(text: string): string {
  const shown = showControls(text);
  const fence = '`'.repeat(longestRun(shown) + 1);
  const pad = /^[`\s]|[`\s]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

function fenceFor(text: string): string {
  return '`'.repeat(Math.max(3, longestRun(text) + 1));
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
