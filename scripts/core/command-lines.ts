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
  redrive: {
    verb: 'redrive',
    summary:
      'Sends refused files from errors/ back to input/, those that every given flag fits. Exit code 0: all were sent, or there was nothing to do; 1: one was refused or failed.',
    flags: {
      key: {
        type: 'string',
        multiple: true,
        value: 'KEY',
        help: 'the file with this key, as in input/KEY; may be given several times',
      },
      prefix: { type: 'string', value: 'PREFIX', help: 'files whose keys begin with this' },
      reason: { type: 'string', value: 'REASON', help: 'files refused for this reason, like invalid-json' },
      'older-than': { type: 'string', value: 'AGE', help: 'files refused longer ago than this: 30m, 2h, 7d' },
      'newer-than': { type: 'string', value: 'AGE', help: 'files refused less long ago than this' },
      all: { type: 'boolean', help: 'every file; needed when no other choice is made' },
      'dry-run': { type: 'boolean', help: 'only tell what would be done' },
      json: { type: 'boolean', help: 'print the result as one JSON object on stdout' },
    },
  },
} as const satisfies Readonly<Record<string, CommandLine>>;
