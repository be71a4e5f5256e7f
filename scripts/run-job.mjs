#!/usr/bin/env zx
import './edge/typescript.mjs';

const { runEntry } = await import('./edge/entry.ts');
await runEntry('run-job', async () => (await import('./commands/run-job.ts')).runJob);
