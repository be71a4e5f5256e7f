import type { CommandLine } from './command-line.ts';
import { jobNames } from './job-names.ts';
import { layers } from './names.ts';
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
      plans: {
        type: 'string',
        value: 'FOLDER',
        help: 'apply exactly the plans of this folder, as they were reviewed; refused when they no longer fit',
      },
      'allow-deferred': {
        type: 'boolean',
        help: 'with --plans: --yes also answers for stacks that could not be planned yet',
      },
      json: { type: 'boolean', help: 'print the report as one JSON object on stdout' },
    },
  },
  plan: {
    verb: 'plan',
    summary:
      'Plans every stack, checks the host, and writes one review: build/NAME/plan.html, plan.md, plan.json, and the plans in build/NAME/plans/. Changes nothing. Exit code 0: no changes, 2: changes, or something that cannot be told yet, 1: a failure.',
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
  'run-job': {
    verb: 'run-job',
    summary:
      'Runs one job of the lake and follows its log. Exit code 0: the run succeeded; 1: it did not. Ctrl-C ends a local run; on AWS it ends the following alone.',
    operand: { value: 'JOB', help: `the job: ${jobNames.join(', ')}` },
    flags: {
      arg: {
        type: 'string',
        multiple: true,
        value: 'NAME=VALUE',
        help: 'an argument of the job, as in day=2026-07-01; may be given several times',
      },
    },
  },
  query: {
    verb: 'query',
    summary: "Runs one SQL statement in the environment's Athena workgroup and prints the rows.",
    operand: { value: 'SQL', help: 'the statement, in quotes' },
    flags: {
      layer: {
        type: 'string',
        value: 'LAYER',
        help: `the layer whose tables need no prefix: ${layers.join(', ')} (default staged)`,
      },
      csv: { type: 'boolean', help: 'print the rows as CSV on stdout' },
      json: { type: 'boolean', help: 'print columns, rows and scanned bytes as one JSON object on stdout' },
    },
  },
  upload: {
    verb: 'upload',
    summary:
      "Uploads files as they are, byte for byte, into the environment's raw bucket or into any other. Files that are there already are passed over.",
    operand: { value: 'FILE', multiple: true, help: 'a file, a folder, or a pattern in quotes' },
    flags: {
      bucket: { type: 'string', value: 'NAME', help: 'another bucket, created when missing' },
      dataset: { type: 'string', value: 'NAME', help: 'the dataset that the files belong to, as in Movies' },
      day: {
        type: 'string',
        value: 'YYYY-MM-DD',
        help: 'the day that the files belong to (default today, UTC)',
      },
      'dry-run': { type: 'boolean', help: 'only tell what would be done' },
      json: { type: 'boolean', help: 'print the result as one JSON object on stdout' },
    },
  },
} as const satisfies Readonly<Record<string, CommandLine>>;
