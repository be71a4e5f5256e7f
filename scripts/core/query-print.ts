import { cutTo, showControls, widthOf } from './cell-text.ts';
import { Failure } from './failure.ts';
import { type Column, isNumeric, type Row, typedValue } from './query-result.ts';

/** The text of a result, page by page: a page is at most 1,000 rows, and none is needed again. */
export type Printer = {
  readonly page: (rows: readonly Row[]) => string;
  /** What comes last. */
  readonly end: (scannedBytes: number) => string;
  /** What the reader should know besides. */
  readonly remark: () => string | undefined;
};

export const printFormats = ['table', 'csv', 'json'] as const;
export type PrintFormat = (typeof printFormats)[number];

/** @throws Failure for JSON of columns that share a name */
export function openPrinter(format: PrintFormat, columns: readonly Column[]): Printer {
  switch (format) {
    case 'table':
      return printTable(columns);
    case 'csv':
      return printCsv(columns);
    case 'json':
      return printJson(columns);
  }
}

/** Texts that are longer are cut, unless they are alone in their row. */
const widestText = 60;
const nullText = 'NULL';

/** The first page decides how wide a column is; what is wider in a later one pushes the rest of its row. */
function printTable(columns: readonly Column[]): Printer {
  const limit = columns.length > 1 ? widestText : Number.POSITIVE_INFINITY;
  let widths: readonly number[] | undefined;
  let isCut = false;
  const shown = (cell: string | null) => {
    if (cell === null) return nullText;
    const whole = showControls(cell);
    const cut = cutTo(whole, limit);
    if (cut !== whole) isCut = true;
    return cut;
  };
  const open = (cells: readonly (readonly string[])[]) => {
    const names = columns.map(({ name }) => showControls(name));
    const fixed = names.map((name, at) =>
      cells.reduce((widest, row) => Math.max(widest, widthOf(row[at] ?? '')), widthOf(name)),
    );
    widths = fixed;
    const rule = fixed.map(width => '-'.repeat(width)).join('  ');
    return `${alignRow(columns, names, fixed)}${rule}\n`;
  };
  return {
    page: rows => {
      if (columns.length === 0) return '';
      const cells = rows.map(row => row.map(shown));
      const head = widths === undefined ? open(cells) : '';
      const fixed = widths ?? [];
      return head + cells.map(row => alignRow(columns, row, fixed)).join('');
    },
    end: () => '',
    remark: () => (isCut ? 'Long cells were cut: --csv and --json give them whole.' : undefined),
  };
}

/** Numbers to the right, texts to the left. */
function alignRow(columns: readonly Column[], cells: readonly string[], widths: readonly number[]): string {
  const aligned = columns.map((column, at) => {
    const cell = cells[at] ?? '';
    const space = ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell)));
    return isNumeric(column) ? space + cell : cell + space;
  });
  return `${aligned.join('  ').trimEnd()}\n`;
}

/** RFC 4180. A null is an empty field, an empty text a quoted one. */
function printCsv(columns: readonly Column[]): Printer {
  const record = (cells: Row) => `${cells.map(field).join(',')}\r\n`;
  const field = (cell: string | null) => {
    // An empty line would be no record to most readers.
    if (cell === null) return columns.length === 1 ? '""' : '';
    return cell === '' || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  };
  let head = columns.length === 0 ? '' : record(columns.map(({ name }) => name));
  return {
    page: rows => {
      const text = head + (columns.length === 0 ? '' : rows.map(record).join(''));
      head = '';
      return text;
    },
    end: () => '',
    remark: () => undefined,
  };
}

/** One object: `{"columns": [name], "rows": [{name: value}], "scannedBytes": number}`. */
function printJson(columns: readonly Column[]): Printer {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new Failure({
      where: '--json',
      what: `expects columns of different names, got ${JSON.stringify(twice)} more than once`,
      hint: 'Name them in the statement: select a.id as a_id, b.id as b_id ...',
    });
  }
  let before = `{"columns":${toJson(names)},"rows":[`;
  const rowText = (row: Row) =>
    toJson(
      Object.fromEntries(columns.map((column, at) => [column.name, typedValue(row[at] ?? null, column)])),
    );
  return {
    page: rows => {
      if (rows.length === 0) return '';
      const text = before + rows.map(rowText).join(',');
      before = ',';
      return text;
    },
    end: scannedBytes => `${before === ',' ? '' : before}],"scannedBytes":${scannedBytes}}\n`,
    remark: () => undefined,
  };
}

/** JSON leaves some characters as they are that a terminal obeys; escaped they are the same value. */
function toJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
