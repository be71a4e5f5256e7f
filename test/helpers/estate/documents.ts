/** Every resource that the requirement documents name, and where the plan has it. */
import type { StackName } from '../../../scripts/core/stacks.ts';
import { documentRows, documents } from './document-rows.ts';

export type NamedResource = {
  readonly document: keyof typeof documents;
  /** Line of the document, and its words. */
  readonly line: number;
  readonly passage: string;
  readonly stack: StackName;
  readonly type: string;
  readonly address: RegExp;
  /** What the resource's planned attributes must say, as JSON; of a variable, its block in the source. */
  readonly shows?: RegExp;
};

export const namedResources: readonly NamedResource[] = Object.keys(documents)
  .filter((document): document is keyof typeof documents => document in documents)
  .flatMap(document =>
    documentRows[document].map(([line, passage, stack, type, address, shows]) => ({
      document,
      line,
      passage,
      stack,
      type,
      address,
      ...(shows === undefined ? {} : { shows }),
    })),
  );
