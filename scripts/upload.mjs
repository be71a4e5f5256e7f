#!/usr/bin/env zx
import './edge/typescript.mjs';

const { runEntry } = await import('./edge/entry.ts');
await runEntry('upload', async () => (await import('./commands/upload.ts')).upload);
