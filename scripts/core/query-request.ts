import type { Values } from './command-line.ts';
import { Failure, showValue } from './failure.ts';
import { layers } from './names.ts';
import type { PrintFormat } from './query-print.ts';

/** What the command line of query asks for. */
export type QueryRequest = {
  /** The statement; undefined where it is to be read from standard input. */
  readonly sql: string | undefined;
  readonly layer: (typeof layers)[number];
  readonly format: PrintFormat;
};

/** @throws Failure for an unknown layer, two formats at once, or an empty statement */
export function parseQueryRequest(values: Values): QueryRequest {
  const { csv, json } = values;
  if (csv === true && json === true) {
    throw new Failure({ where: 'query', what: 'expects at most one of --csv and --json, got both' });
  }
  const named = values['layer'] ?? 'staged';
  const layer = layers.find(known => known === named);
  if (layer === undefined) {
    throw new Failure({
      where: '--layer',
      what: `expects one of ${layers.join(', ')}, got ${showValue(named)}`,
    });
  }
  const [operand] = Array.isArray(values['operands']) ? values['operands'] : [];
  return {
    sql: operand === '-' ? undefined : parseStatement(String(operand ?? '')),
    layer,
    format: csv === true ? 'csv' : json === true ? 'json' : 'table',
  };
}

/** @throws Failure for a statement of nothing but spaces */
export function parseStatement(text: string): string {
  if (text.trim() !== '') return text.trim();
  throw new Failure({
    where: 'query',
    what: `expects an SQL statement, got ${showValue(text)}`,
    hint: 'npx zx scripts/query.mjs "select count(*) from movies", or - to read it from standard input',
  });
}
