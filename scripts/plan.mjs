#!/usr/bin/env zx
import { register } from 'tsx/esm/api';

register();
const { runEntry } = await import('./edge/entry.ts');
await runEntry('plan', async () => (await import('./commands/plan.ts')).plan);
