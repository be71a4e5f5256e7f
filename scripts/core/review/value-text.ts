import { redacted } from '../redact.ts';
import type { Shown } from './text-diff.ts';
import type { Node } from './value-tree.ts';

export const knownAfterApply = 'known after apply';

export type Clean = (text: string) => string;

/**
 * A value in one line, as HCL writes it; what is unknown or secret stands without quotes. Without `clean` nothing is hidden.
 * What is empty is left out but of JSON, where it says something too.
 */
export function renderNode(node: Node, clean?: Clean, isJson = false): string {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? JSON.stringify(apply(clean, node.value)) : String(node.value);
    case 'secret':
      return clean === undefined ? node.key : redacted;
    case 'unknown':
      return knownAfterApply;
    case 'list':
      return `[${node.items.map(item => (item === undefined ? 'null' : renderNode(item, clean, isJson))).join(', ')}]`;
    case 'map': {
      const entries = [...node.entries].filter(([, item]) => isJson || !isEmpty(item));
      if (entries.length === 0) return '{}';
      return `{ ${entries.map(([key, item]) => `${renderKey(key, clean)} = ${renderNode(item, clean, isJson)}`).join(', ')} }`;
    }
    case 'json':
      return renderNode(node.document, clean, true);
  }
}

/** A document as it stands and as it is shown: as indented JSON, keys in order of the alphabet; a secret is `[redacted]` without quotes. */
export function documentText(node: Node, clean: Clean): Shown {
  return { text: renderDocument(node, undefined), shown: clean(renderDocument(node, clean)) };
}

function renderDocument(node: Node | undefined, clean: Clean | undefined, indent = ''): string {
  if (node === undefined) return 'null';
  const inner = `${indent}  `;
  if (node.kind === 'list') {
    if (node.items.length === 0) return '[]';
    return `[\n${node.items.map(item => `${inner}${renderDocument(item, clean, inner)}`).join(',\n')}\n${indent}]`;
  }
  if (node.kind === 'map') {
    if (node.entries.size === 0) return '{}';
    const lines = [...node.entries].map(
      ([key, item]) => `${inner}${JSON.stringify(apply(clean, key))}: ${renderDocument(item, clean, inner)}`,
    );
    return `{\n${lines.join(',\n')}\n${indent}}`;
  }
  return renderNode(node, clean, true);
}

/** Nothing to show: an empty list, map or text, or no value at all. */
export function isEmpty(node: Node | undefined): boolean {
  if (node === undefined) return true;
  if (node.kind === 'list') return node.items.every(isEmpty);
  if (node.kind === 'map') return [...node.entries.values()].every(isEmpty);
  return node.kind === 'scalar' && node.value === '';
}

export type Step = string | number;

/** Where a value stands: `root_block_device[0].volume_size`, `tags["Cost center"]`. */
export function renderPath(path: readonly Step[], clean: Clean): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      const key = clean(step);
      if (isPlainKey(key)) return index === 0 ? key : `.${key}`;
      return index === 0 ? JSON.stringify(key) : `[${JSON.stringify(key)}]`;
    })
    .join('');
}

function apply(clean: Clean | undefined, text: string): string {
  return clean === undefined ? text : clean(text);
}

function renderKey(key: string, clean: Clean | undefined): string {
  const text = apply(clean, key);
  return isPlainKey(text) ? text : JSON.stringify(text);
}

function isPlainKey(key: string): boolean {
  return /^[A-Za-z_][\w-]*$/.test(key);
}
