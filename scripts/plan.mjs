#!/usr/bin/env zx
import './edge/typescript.mjs';

const { runEntry } = await import('./edge/entry.ts');
await runEntry('plan', async () => (await import('./commands/plan.ts')).plan);
