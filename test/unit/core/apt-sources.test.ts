import t from 'tap';
import {
  parseAptDeb822,
  parseAptList,
  renderDistributionSources,
} from '../../../scripts/core/apt-sources.ts';

t.test('takes the lines of the distribution and leaves the vendors out', async t => {
  const list = [
    '# deb http://commented.example/debian bookworm main',
    'deb [arch=amd64,arm64 signed-by=/usr/share/keyrings/d.gpg] http://a.example/debian bookworm main contrib # note',
    'deb-src http://a.example/debian bookworm main',
    'deb http://s.example/debian-security bookworm-security main',
    'deb https://vendor.example/node nodistro main',
    'deb https://vendor.example/docker bookworm stable',
  ].join('\n');
  t.equal(
    renderDistributionSources(parseAptList(list), 'bookworm'),
    [
      'Types: deb',
      'URIs: http://a.example/debian',
      'Suites: bookworm',
      'Components: main contrib',
      'Architectures: amd64 arm64',
      'Signed-By: /usr/share/keyrings/d.gpg',
      '',
      'Types: deb',
      'URIs: http://s.example/debian-security',
      'Suites: bookworm-security',
      'Components: main',
      '',
    ].join('\n'),
  );
});

t.test('takes paragraphs, with comments, several suites and a key in place', async t => {
  const text = [
    '# a mirror',
    'Types: deb deb-src',
    '# a comment between fields',
    'uris: http://a.example/ubuntu',
    'Suites: noble noble-updates noble-backports',
    'Components: main universe',
    'Signed-By:',
    ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
    ' .',
    ' mQINBF',
    '',
    'Enabled: no',
    'Types: deb',
    'URIs: http://off.example/ubuntu',
    'Suites: noble',
    'Components: main',
    '',
    'Types: deb-src',
    'URIs: http://src.example/ubuntu',
    'Suites: noble',
    'Components: main',
  ].join('\n');
  t.equal(
    renderDistributionSources(parseAptDeb822(text), 'noble'),
    [
      'Types: deb',
      'URIs: http://a.example/ubuntu',
      'Suites: noble noble-updates',
      'Components: main universe',
      'Signed-By:',
      ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
      ' .',
      ' mQINBF',
      '',
    ].join('\n'),
  );
});

t.test('is empty where nothing fits', async t => {
  t.equal(renderDistributionSources(parseAptList('deb http://a.example/debian sid main'), 'bookworm'), '');
  t.strictSame(parseAptDeb822('\n\n'), []);
});
