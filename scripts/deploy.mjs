#!/usr/bin/env zx
import { register } from 'tsx/esm/api';

register();
const { runEntry } = await import('./edge/entry.ts');
await runEntry('deploy', async () => (await import('./commands/deploy.ts')).deploy);
