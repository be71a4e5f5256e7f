import t from 'tap';
import {
  hostImageArgv,
  hostImageKey,
  parseSuite,
  containerRecipe as recipe,
} from '../../../scripts/core/host-image.ts';

t.test('builds from standard input into the given file', async t => {
  const argv = hostImageArgv({ recipe, suite: 'bookworm', tarFile: '/a b/host.tar', mode: 'unshare' });
  t.strictSame(argv.slice(-3), ['bookworm', '/a b/host.tar', '-']);
  t.equal(argv[0], '--mode=unshare');
  t.ok(argv.some(word => /^--include=.*\bcron\b.*\blogrotate\b/.test(word)));
});

t.test('has another key for another recipe, another system and other sources', async t => {
  const key = hostImageKey({ recipe, suite: 'bookworm', sources: 'a' });
  t.match(key, /^[0-9a-f]{12}$/);
  t.equal(hostImageKey({ recipe, suite: 'bookworm', sources: 'a' }), key);
  t.not(hostImageKey({ recipe: { ...recipe, hooks: [] }, suite: 'bookworm', sources: 'a' }), key);
  t.not(hostImageKey({ recipe, suite: 'trixie', sources: 'a' }), key);
  t.not(hostImageKey({ recipe, suite: 'bookworm', sources: 'b' }), key);
});

t.test('finds the name of the suite', async t => {
  t.equal(parseSuite('ID=debian\nVERSION_CODENAME=bookworm\n'), 'bookworm');
  t.equal(parseSuite('VERSION_CODENAME="noble"'), 'noble');
  t.equal(parseSuite('ID=fedora\n'), undefined);
});
