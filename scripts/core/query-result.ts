/** What Athena answers: columns, and rows of texts or nulls; and its values as JSON has them. */

/** @param type Athena's word, such as `bigint` or `varchar` */
export type Column = { readonly name: string; readonly type: string };
/** One text for each column, as Athena writes values; null for SQL's NULL. */
export type Row = readonly (string | null)[];

/** A page of GetQueryResults, as far as it is used. */
export type AnsweredPage = {
  readonly ResultSet?:
    | {
        readonly ResultSetMetadata?:
          | { readonly ColumnInfo?: readonly AnsweredColumn[] | undefined }
          | undefined;
        readonly Rows?: readonly { readonly Data?: readonly AnsweredCell[] | undefined }[] | undefined;
      }
    | undefined;
};
type AnsweredColumn = { readonly Name?: string | undefined; readonly Type?: string | undefined };
type AnsweredCell = { readonly VarCharValue?: string | undefined };

export type ResultPage = { readonly columns: readonly Column[]; readonly rows: readonly Row[] };

/**
 * Columns and rows of a page. The first page of a SELECT begins with the columns' names, that of SHOW or DESCRIBE does
 * not. A DDL statement has no columns.
 */
export function parsePage(page: AnsweredPage, isFirst: boolean): ResultPage {
  const { ResultSetMetadata, Rows = [] } = page.ResultSet ?? {};
  const columns = (ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = '', Type = 'varchar' }) => ({
    name: Name,
    type: Type,
  }));
  // Missing at the end of a row: DESCRIBE gives all its columns as one text.
  const rows = Rows.map(({ Data = [] }) => columns.map((_, index) => Data[index]?.VarCharValue ?? null));
  const hasNames = isFirst && columns.length > 0 && columns.every(({ name }, at) => rows[0]?.[at] === name);
  return { columns, rows: hasNames ? rows.slice(1) : rows };
}

const wholeTypes = new Set(['tinyint', 'smallint', 'integer', 'int', 'bigint']);
const floatTypes = new Set(['float', 'real', 'double']);

export function isNumeric({ type }: Column): boolean {
  return wholeTypes.has(type) || floatTypes.has(type) || type === 'decimal';
}

/**
 * A value as JSON has it. A number that a double cannot hold to the last digit (a bigint beyond 2^53, a decimal of more
 * than 15 digits, NaN) stays text, as does whatever is neither number nor boolean.
 */
export function typedValue(text: string | null, { type }: Column): string | number | boolean | null {
  if (text === null) return null;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return text;
  if (wholeTypes.has(type)) return Number.isSafeInteger(value) ? value : text;
  if (floatTypes.has(type)) return value;
  return type === 'decimal' && digitsOf(text) <= 15 ? value : text;
}

/** Significant digits: a double holds any 15 of them. */
function digitsOf(text: string): number {
  return text.replace(/^[-+]?0*|\./g, '').replace(/^0+/, '').length;
}
