import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ensureJars, missingJars } from '../../../../scripts/edge/toolchain/maven-jars.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const jar = (name: string) => ({
  coordinates: `org.example:${name}:1.0`,
  sha256: sha256(`bytes of ${name}\n`),
});

/** A Maven that writes what it was asked, and `bytes of <artifact>` as the jar. */
function fakeMaven(t: Test, extra = '') {
  const dir = t.testdir({
    mvn: `#!/bin/sh
echo "$JAVA_HOME|$AWS_ACCESS_KEY_ID|$*" >> "$(dirname "$0")/calls"
for word in "$@"; do case $word in
  -Dartifact=*) name=\${word#*:}; name=\${name%:*} ;;
  -DoutputDirectory=*) folder=\${word#*=} ;;
esac; done
${extra}
echo "bytes of $name" > "$folder/$name-1.0.jar"
`,
  });
  chmodSync(join(dir, 'mvn'), 0o755);
  const folder = join(dir, 'jars');
  const input = { folder, maven: join(dir, 'mvn'), javaHome: '/java', logFile: join(dir, 'log') };
  return { input, folder, calls: () => readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n') };
}

t.test('fetches what is missing, by its coordinates, once', async t => {
  const home = process.env['JAVA_HOME'];
  delete process.env['JAVA_HOME'];
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIAPOISON';
  t.teardown(() => {
    delete process.env['AWS_ACCESS_KEY_ID'];
    if (home !== undefined) process.env['JAVA_HOME'] = home;
  });
  const { input, folder, calls } = fakeMaven(t);
  const jars = [jar('a'), jar('b')];
  t.strictSame(missingJars({ jars, folder }), jars);
  await ensureJars({ ...input, jars: jars.slice(0, 1) });
  t.strictSame(missingJars({ jars, folder }), jars.slice(1));
  await ensureJars({ ...input, jars });
  await ensureJars({ ...input, jars });
  t.strictSame(readdirSync(folder).sort(), ['a-1.0.jar', 'b-1.0.jar'], 'and nothing temporary');
  t.equal(calls().length, 2);
  t.match(
    calls()[1],
    /^\/java\|\|-B -q org\.apache\.maven\.plugins:maven-dependency-plugin:[\d.]+:copy -Dartifact=org\.example:b:1\.0 /,
  );
});

t.test('refuses other bytes than those known, and keeps nothing', async t => {
  const { input, folder } = fakeMaven(t);
  const jars = [{ ...jar('a'), sha256: sha256('other') }];
  await t.rejects(ensureJars({ ...input, jars }), {
    name: 'Failure',
    message: `org.example:a:1.0: expected SHA-256 ${sha256('other')}, got ${jar('a').sha256}`,
    hint: /Nothing was kept/,
  });
  t.strictSame(readdirSync(folder), []);
});

t.test('tells that Maven failed, and where its output is', async t => {
  const { input, folder } = fakeMaven(t, 'echo "[ERROR] unreachable"; exit 1');
  await t.rejects(ensureJars({ ...input, jars: [jar('a')] }), {
    message: 'org.example:a:1.0: Maven could not fetch it: exit code 1',
    hint: new RegExp(`^Its output: ${input.logFile}\\.`),
  });
  t.match(readFileSync(input.logFile, 'utf8'), /unreachable/);
  t.notOk(existsSync(join(folder, 'a-1.0.jar')));
});
