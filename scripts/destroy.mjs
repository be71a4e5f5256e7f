#!/usr/bin/env zx
import { register } from 'tsx/esm/api';

register();
const { runEntry } = await import('./edge/entry.ts');
await runEntry('destroy', async () => (await import('./commands/destroy.ts')).destroy);
