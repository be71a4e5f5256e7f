import { stampName } from '../../shared/stamp.ts';
import { FileFault } from '../file-fault.ts';
import {
  action,
  documentTable,
  expectedIn,
  finalStates,
  firstAction,
  isPlainText,
  linesTable,
  rootKeyStates,
  state,
} from './json-table.ts';

/** What the worker must know about a document to stamp it. Offsets count from the beginning of the file. */
export interface RootVisitor {
  /** The root is an object; `bodyStart` is the offset of the byte after its brace. */
  openRoot(bodyStart: number): void;
  /** The first byte of that body that is no whitespace: its first key, or the closing brace when it is empty. */
  enterRoot(at: number, isEmpty: boolean): void;
  /** The root has a member with the stamp's name, however it is escaped; `byte` is its opening quote. */
  meetStamp(place: { readonly byte: number; readonly record: number }): void;
}

/**
 * Levels of nesting that are accepted. Jackson, with which Spark reads the lake, stops here by default
 * (StreamReadConstraints.DEFAULT_MAX_DEPTH); what no reader downstream can open is refused at the door.
 */
export const maxDepth = 1000;

/** The longest spelling of the stamp's name: each character as \uXXXX. */
const longestStampName = stampName.length * 6;

const lineFeed = 0x0a;
const backslash = 0x5c;
const firstOfStampName = stampName.charCodeAt(0);
const value = state('value');
const item = state('item');
const key = state('key');
const member = state('member');
const colon = state('colon');
const after = state('after');
const afterReturn = state('lineFeed');
const text = state('text');
const rootKey = state('rootKey');
const innerKey = state('innerKey');

/**
 * A strict check of JSON that arrives in chunks, in memory that does not grow with it: one document, or one in each
 * line. Lines end with LF or CRLF, the last one with the file as well; a line of nothing but blanks and tabs is
 * passed over, as Spark, DuckDB and jq do. A lone CR is refused inside a line, because Spark ends a line there.
 * `write` and `end` throw FileFault `invalid-json` or `invalid-ndjson` with the offset of the first byte that cannot
 * be right, and in which line it is.
 */
export function createJsonScanner(framing: 'document' | 'lines', visitor: RootVisitor) {
  const table = framing === 'lines' ? linesTable : documentTable;
  const isObject = new Uint8Array(maxDepth + 1);
  let current = value;
  let depth = 0;
  let offset = 0;
  let record = 1;
  let rootKeyAt = 0;
  /** The part of a root key that stood in earlier chunks. */
  let keyHead: Buffer | undefined;

  function fault(detail: string, byte: number): FileFault {
    return framing === 'lines'
      ? new FileFault('invalid-ndjson', detail, { byte, record })
      : new FileFault('invalid-json', detail, { byte });
  }

  function refuse(at: number, byte?: number): never {
    throw fault(`expected ${expectedIn(current)}, got ${nameByte(byte)}`, at);
  }

  function nameByte(byte: number | undefined): string {
    if (byte === undefined) return 'the end of the file';
    if (byte === lineFeed && framing === 'lines') return 'the end of the line';
    return `byte 0x${byte.toString(16).padStart(2, '0')}`;
  }

  function open(object: boolean, at: number): void {
    if (depth === maxDepth) throw fault(`nested deeper than ${maxDepth} levels`, at);
    if (depth === 0 && object) visitor.openRoot(at + 1);
    depth += 1;
    isObject[depth] = object ? 1 : 0;
    current = object ? key : item;
  }

  function close(object: boolean, at: number, byte: number): void {
    if (depth === 0 || (isObject[depth] === 1) !== object) refuse(at, byte);
    if (depth === 1 && current === key) visitor.enterRoot(at, true);
    depth -= 1;
    current = after;
  }

  function openKey(at: number): void {
    if (depth === 1 && current === key) visitor.enterRoot(at, false);
    current = depth === 1 ? rootKey : innerKey;
    rootKeyAt = depth === 1 ? at : rootKeyAt;
  }

  /** Most names are told from the stamp's by their first byte, without a look at the rest. */
  function closeRootKey(chunk: Buffer, from: number, to: number): void {
    current = colon;
    const first = chunk[from];
    if (keyHead === undefined && first !== firstOfStampName && first !== backslash) return;
    const name = joinKey(chunk, from, to);
    keyHead = undefined;
    if (name.length <= longestStampName && JSON.parse(`"${name.toString()}"`) === stampName) {
      visitor.meetStamp({ byte: rootKeyAt, record });
    }
  }

  /** The bytes of a root key so far, up to the length at which it cannot be the stamp's. */
  function joinKey(chunk: Buffer, from: number, to: number): Buffer {
    const tail = chunk.subarray(from, Math.min(to, from + longestStampName + 1));
    const head = keyHead ?? Buffer.alloc(0);
    return head.length > longestStampName ? head : Buffer.concat([head, tail]);
  }

  function mayEnd(): boolean {
    return depth === 0 && finalStates.has(current);
  }

  function endLine(at: number): void {
    const isBlank = depth === 0 && current === value;
    if (!isBlank && !mayEnd() && current !== afterReturn) refuse(at, lineFeed);
    record += 1;
    current = value;
  }

  function carriageReturn(at: number, byte: number): void {
    const isBlank = depth === 0 && current === value;
    if (!isBlank && !mayEnd()) refuse(at, byte);
    current = afterReturn;
  }

  /** What the table cannot do alone. The most frequent actions stand in `write`. */
  function act(next: number, at: number, byte: number): void {
    if (next === action.openObject) open(true, at);
    else if (next === action.closeObject) close(true, at, byte);
    else if (next === action.openArray) open(false, at);
    else if (next === action.closeArray) close(false, at, byte);
    else if (next === action.endLine) endLine(at);
    else if (next === action.carriageReturn) carriageReturn(at, byte);
    else refuse(at, byte);
  }

  return {
    write(chunk: Buffer): void {
      // Local, as the loop would else look them up for each byte.
      const next = table;
      const plain = isPlainText;
      const { openText, openKey: isOpenKey, comma } = action;
      let keyFrom = 0;
      let now = current;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0;
        const then = next[now * 256 + byte] ?? 0;
        if (then < firstAction) {
          now = then;
        } else if (then === openText) {
          now = text;
          at = skipPlainText(plain, chunk, at + 1) - 1;
        } else if (then === comma && depth > 0) {
          now = isObject[depth] === 1 ? member : value;
        } else {
          current = now;
          if (then === isOpenKey) {
            openKey(offset + at);
            keyFrom = at + 1;
            at = skipPlainText(plain, chunk, keyFrom) - 1;
          } else if (then === action.closeRootKey) closeRootKey(chunk, keyFrom, at);
          else act(then, offset + at, byte);
          now = current;
        }
      }
      current = now;
      if (rootKeyStates.has(now)) keyHead = joinKey(chunk, keyFrom, chunk.length);
      offset += chunk.length;
    },

    end(): void {
      const isLastLine = framing === 'lines' && depth === 0 && (current === value || current === afterReturn);
      if (!mayEnd() && !isLastLine) refuse(offset);
    },
  };
}

function skipPlainText(isPlain: Uint8Array, chunk: Buffer, from: number): number {
  let at = from;
  while (at < chunk.length && isPlain[chunk[at] ?? 0] === 1) at += 1;
  return at;
}
