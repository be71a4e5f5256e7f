#!/usr/bin/env zx
import './edge/typescript.mjs';

const { runEntry } = await import('./edge/entry.ts');
await runEntry('redrive', async () => (await import('./commands/redrive.ts')).redrive);
