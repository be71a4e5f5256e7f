#!/usr/bin/env zx
import './edge/typescript.mjs';

const { runEntry } = await import('./edge/entry.ts');
await runEntry('deploy', async () => (await import('./commands/deploy.ts')).deploy);
