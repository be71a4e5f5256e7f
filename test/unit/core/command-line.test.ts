import t from 'tap';
import {
  type CommandLine,
  listOf,
  parseCommandLine,
  renderHelp,
} from '../../../scripts/core/command-line.ts';

const command: CommandLine = {
  verb: 'deploy',
  summary: 'Does it all.',
  flags: {
    yes: { type: 'boolean', help: 'ask nothing' },
    only: { type: 'string', value: 'STACK', help: 'one stack' },
  },
};

t.test("parses the command's own flags and those of every command", async t => {
  t.same(parseCommandLine(command, []), {});
  t.same(parseCommandLine(command, ['--yes', '--only', 'mpp', '--env=dev', '--verbose', '--help']), {
    yes: true,
    only: 'mpp',
    env: 'dev',
    verbose: true,
    help: true,
  });
});

for (const { title, args, what } of [
  { title: 'an unknown flag', args: ['--yess'], what: "deploy: Unknown option '--yess'" },
  { title: 'a stray word', args: ['now'], what: "deploy: Unexpected argument 'now'" },
  { title: 'a missing value', args: ['--only'], what: "deploy: Option '--only <value>' argument missing" },
  {
    title: 'an empty value',
    args: ['--only='],
    what: 'deploy: --only expects a value, got an empty one',
  },
  {
    title: 'a flag in the place of a value',
    args: ['--only', '--yes'],
    what: "deploy: Option '--only' argument is ambiguous",
  },
  {
    title: 'a value where there is none',
    args: ['--yes=no'],
    what: "deploy: Option '--yes' does not take an argument",
  },
]) {
  t.test(`refuses ${title} and points at the help`, async t => {
    t.throws(() => parseCommandLine(command, args), {
      name: 'Failure',
      message: new RegExp(`^${what}`),
      hint: 'See: npx zx scripts/deploy.mjs --help',
    });
  });
}

t.test('renders the help from the same declarations', async t => {
  t.equal(
    renderHelp(command),
    `npx zx scripts/deploy.mjs [flags]

Does it all.

  --yes         ask nothing
  --only STACK  one stack
  --env NAME    the environment: config/NAME.yaml (default local, or MILLRACE_ENV)
  --verbose     show a defect's stack trace
  --help        show this text`,
  );
});

const one: CommandLine = { ...command, verb: 'run-job', operand: { value: 'JOB', help: 'the job' } };
const many: CommandLine = {
  ...command,
  verb: 'upload',
  operand: { value: 'FILE', multiple: true, help: 'a file' },
};

t.test('gives the operands of a command as a list', async t => {
  t.same(parseCommandLine(one, ['a b', '--yes']), { operands: ['a b'], yes: true });
  t.same(parseCommandLine(one, ['--', '-- select 1']), { operands: ['-- select 1'] });
  t.same(parseCommandLine(many, ['a', '--only', 'x', 'b', 'a']), { operands: ['a', 'b', 'a'], only: 'x' });
  t.same(parseCommandLine(one, ['--help']), { operands: [], help: true });
  t.same(listOf(parseCommandLine(many, ['a', 'b']), 'operands'), ['a', 'b']);
  t.same(listOf({ only: 'x', yes: true }, 'only'), []);
  t.same(listOf({}, 'operands'), []);
});

t.test('refuses an operand that is missing, and one too many', async t => {
  for (const [line, args, what] of [
    [one, [], 'run-job: expects JOB, got nothing'],
    [one, ['--yes'], 'run-job: expects JOB, got nothing'],
    [one, ['a', 'b'], 'run-job: expects one JOB, got 2: ["a","b"]'],
    [many, [], 'upload: expects FILE, got nothing'],
  ] as const) {
    t.throws(() => parseCommandLine(line, args), {
      name: 'Failure',
      message: what,
      hint: `See: npx zx scripts/${line.verb}.mjs --help`,
    });
  }
});

t.test('shows the operand in the help', async t => {
  t.match(
    renderHelp(one),
    /^npx zx scripts\/run-job\.mjs JOB \[flags\]\n\n.*\n\n {2}JOB {11}the job\n {2}--yes /,
  );
  t.match(renderHelp(many), /^npx zx scripts\/upload\.mjs FILE\.\.\. \[flags\]\n/);
});
