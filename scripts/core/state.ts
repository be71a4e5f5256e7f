import { z } from 'zod';

const schema = z.object({ resources: z.array(z.unknown()).optional() });

/** Whether a state holds no resource: a destroyed stack leaves such a state behind. */
export function isEmptyState(text: string): boolean {
  const state = schema.safeParse(JSON.parse(text.trim() === '' ? '{}' : text));
  return state.success && (state.data.resources ?? []).length === 0;
}
