import t from 'tap';
import { type CommandLine, parseCommandLine, renderHelp } from '../../../scripts/core/command-line.ts';

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
  t.same(parseCommandLine(command, ['--only=']), { only: '' });
});

for (const { title, args, what } of [
  { title: 'an unknown flag', args: ['--yess'], what: "deploy: Unknown option '--yess'" },
  { title: 'a stray word', args: ['now'], what: "deploy: Unexpected argument 'now'" },
  { title: 'a missing value', args: ['--only'], what: "deploy: Option '--only <value>' argument missing" },
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
