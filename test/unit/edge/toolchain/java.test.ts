import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { findJava } from '../../../../scripts/edge/toolchain/java.ts';

/** Folders <name>/bin, each with a java that says it is of this version and at home in /home/<name>. */
function fakeJavas(t: Test, versions: Readonly<Record<string, string>>): string {
  const says = (name: string, version: string) =>
    `#!/bin/sh\n[ "$*" = '-XshowSettings:properties -version' ] || exit 9\ncat >&2 <<EOF\nProperty settings:\n    java.home = /home/${name}\n    java.specification.version = ${version}\n    java.vm.specification.version = 99\n\nopenjdk version "${version}.0.1"\nEOF\n`;
  const dir = t.testdir(
    Object.fromEntries(
      Object.entries(versions).map(([name, version]) => [name, { bin: { java: says(name, version) } }]),
    ),
  );
  for (const name of Object.keys(versions)) chmodSync(join(dir, name, 'bin/java'), 0o755);
  return dir;
}

t.test('takes the one on PATH before JAVA_HOME and the system', async t => {
  const dir = fakeJavas(t, { path: '17', home: '17', system: '17' });
  const places = { path: join(dir, 'path/bin'), home: join(dir, 'home'), systemFolder: dir };
  t.strictSame(await findJava('17', places), {
    java: { file: join(dir, 'path/bin/java'), home: '/home/path', version: '17' },
    others: [],
  });
});

t.test('passes over those of other versions and names them', async t => {
  const dir = fakeJavas(t, { path: '21', home: '11', old: '1.8' });
  const places = { path: join(dir, 'path/bin'), home: join(dir, 'home'), systemFolder: join(dir, 'nowhere') };
  const found = await findJava('17', places);
  t.equal(found.java, undefined);
  t.strictSame(
    found.others.map(({ version }) => version),
    ['21', '11'],
  );
});

t.test("finds one of the system's that is not on PATH", async t => {
  const dir = fakeJavas(t, { 'java-11': '11', 'java-17': '17' });
  const { java } = await findJava('17', { path: undefined, home: undefined, systemFolder: dir });
  t.strictSame(java, { file: join(dir, 'java-17/bin/java'), home: '/home/java-17', version: '17' });
});

t.test('passes over a program that is no Java', async t => {
  const dir = t.testdir({ bin: { java: '#!/bin/sh\nexit 1\n' } });
  chmodSync(join(dir, 'bin/java'), 0o755);
  const places = { path: join(dir, 'bin'), home: undefined, systemFolder: join(dir, 'nowhere') };
  t.strictSame(await findJava('17', places), { java: undefined, others: [] });
});
