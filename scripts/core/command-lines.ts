import type { CommandLine } from './command-line.ts';
import { stackNames } from './stacks.ts';

/** The commands and their flags: help is generated from this, before a command's code is even loaded. */
export const commandLines = {
  deploy: {
    verb: 'deploy',
    summary:
      'Takes an environment from its config to processed files, and proves it. Running it again converges.',
    flags: {
      yes: { type: 'boolean', help: 'answer the one question beforehand (the local target asks none)' },
      only: {
        type: 'string',
        value: 'STACK',
        help: `apply one stack alone, without playbook and proof: ${stackNames.join(', ')}`,
      },
      json: { type: 'boolean', help: 'print the report as one JSON object on stdout' },
    },
  },
  plan: {
    verb: 'plan',
    summary:
      'Plans every stack and shows one summary. Exit code 0: no changes, 2: changes or deferred stacks, 1: a failure.',
    flags: {},
  },
  destroy: {
    verb: 'destroy',
    summary:
      'Removes an environment: its stacks in reverse order, the state backend last. Refused while the config protects what holds data.',
    flags: {
      confirm: {
        type: 'string',
        value: 'NAME',
        help: "the environment's name, so that it is not asked (the local target asks nothing)",
      },
    },
  },
} as const satisfies Readonly<Record<string, CommandLine>>;
