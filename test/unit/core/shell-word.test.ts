import { execFileSync } from 'node:child_process';
import t from 'tap';
import { joinShellWords, quoteShellWord } from '../../../scripts/core/shell-word.ts';

t.test('leaves plain words as they are', async t => {
  t.equal(joinShellWords(['podman', '--root', '/a/b-c_d', 'X=1']), 'podman --root /a/b-c_d X=1');
});

t.test('prefers double quotes around single ones', async t => {
  t.equal(quoteShellWord("env 'a b'"), `"env 'a b'"`);
});

t.test('gives hostile words to a shell verbatim', async t => {
  const words = ['', ' ', "it's", '"$(id)"', '`id`', '$HOME', 'a\nb', '\\', '!x', '*', 'both \' and " and $'];
  const program = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
  const line = joinShellWords([process.execPath, '-e', program, '--', ...words]);
  t.strictSame(JSON.parse(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })), words);
});
