#!/usr/bin/env zx
import './edge/typescript.mjs';

const { runEntry } = await import('./edge/entry.ts');
await runEntry('destroy', async () => (await import('./commands/destroy.ts')).destroy);
