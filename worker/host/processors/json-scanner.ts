import { stampName } from '../../shared/stamp.ts';
import { FileFault } from '../file-fault.ts';
import { action, expectedIn, finalStates, firstAction, state, table } from './json-table.ts';

/** What the worker must know about a valid document to stamp it. */
export interface JsonShape {
  readonly root: 'object' | 'other';
  /** Offset of the byte after the root brace. */
  readonly bodyStart: number;
  readonly isEmpty: boolean;
  /** The root object has a member with the stamp's name, however it is escaped. */
  readonly isStamped: boolean;
}

/**
 * Levels of nesting that are accepted. Jackson, with which Spark reads the lake, stops here by default
 * (StreamReadConstraints.DEFAULT_MAX_DEPTH); what no reader downstream can open is refused at the door.
 */
export const maxDepth = 1000;

/** The longest spelling of the stamp's name: each character as \uXXXX. */
const longestStampName = stampName.length * 6;

/**
 * A strict check of one JSON document that arrives in chunks, in memory that does not grow with it.
 * `write` and `end` throw FileFault `invalid-json` with the offset of the first byte that cannot be right.
 */
export function createJsonScanner() {
  const isObject = new Uint8Array(maxDepth + 1);
  let current = state('value');
  let depth = 0;
  let offset = 0;
  let inKey = false;
  let rootKey: Buffer | undefined;
  let bodyStart = 0;
  let members = 0;
  let isStamped = false;

  function refuse(at: number, byte?: number): never {
    const got = byte === undefined ? 'the end of the file' : `byte 0x${byte.toString(16).padStart(2, '0')}`;
    throw new FileFault('invalid-json', `expected ${expectedIn(current)}, got ${got}`, { byte: at });
  }

  function open(object: boolean, at: number): void {
    if (depth === maxDepth) {
      throw new FileFault('invalid-json', `nested deeper than ${maxDepth} levels`, { byte: at });
    }
    if (depth === 0 && object) bodyStart = at + 1;
    depth += 1;
    isObject[depth] = object ? 1 : 0;
    current = state(object ? 'key' : 'item');
  }

  function close(object: boolean, at: number, byte: number): void {
    if (depth === 0 || (isObject[depth] === 1) !== object) refuse(at, byte);
    depth -= 1;
    current = state('after');
  }

  function openString(): void {
    inKey = current === state('key') || current === state('member');
    if (inKey && depth === 1) {
      members += 1;
      rootKey = Buffer.alloc(0);
    }
    current = state('string');
  }

  function closeString(): void {
    if (rootKey !== undefined && rootKey.length <= longestStampName) {
      isStamped ||= JSON.parse(`"${rootKey.toString()}"`) === stampName;
    }
    rootKey = undefined;
    current = state(inKey ? 'colon' : 'after');
  }

  function comma(at: number, byte: number): void {
    if (depth === 0) refuse(at, byte);
    current = state(isObject[depth] === 1 ? 'member' : 'value');
  }

  function act(next: number, at: number, byte: number): void {
    if (next === action.openString) openString();
    else if (next === action.closeString) closeString();
    else if (next === action.comma) comma(at, byte);
    else if (next === action.openObject) open(true, at);
    else if (next === action.closeObject) close(true, at, byte);
    else if (next === action.openArray) open(false, at);
    else if (next === action.closeArray) close(false, at, byte);
    else refuse(at, byte);
  }

  /** Keeps the raw bytes of a key of the root object, up to the length at which it cannot be the stamp's. */
  function collectKey(chunk: Buffer, from: number, to: number): void {
    if (rootKey === undefined || rootKey.length > longestStampName) return;
    rootKey = Buffer.concat([rootKey, chunk.subarray(from, Math.min(to, from + longestStampName + 1))]);
  }

  return {
    write(chunk: Buffer): void {
      let keyFrom = 0;
      // Held in a local variable for the many bytes that need no action.
      let now = current;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0;
        const next = table[now * 256 + byte] ?? action.refuse;
        if (next < firstAction) {
          now = next;
          continue;
        }
        current = now;
        if (next === action.closeString) collectKey(chunk, keyFrom, at);
        act(next, offset + at, byte);
        if (next === action.openString) keyFrom = at + 1;
        now = current;
      }
      current = now;
      collectKey(chunk, keyFrom, chunk.length);
      offset += chunk.length;
    },

    end(): JsonShape {
      if (depth > 0 || !finalStates.has(current)) refuse(offset);
      const root = bodyStart > 0 ? 'object' : 'other';
      return { root, bodyStart, isEmpty: members === 0, isStamped };
    },
  };
}
