import { cpSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import {
  copyForScanners,
  copyRoot,
  ensureScanners,
  type Finding,
  findSkips,
  isNeeded,
  readSkips,
  removeSkips,
  type ScanTree,
  scanWithCheckov,
  scanWithTrivy,
} from '../../helpers/scanners.ts';

const installed = ensureScanners(projectRoot, join(projectRoot, 'build/test/scanners.log'));

function show(findings: readonly Finding[]): readonly string[] {
  return findings.map(
    ({ check, resource, file, line, says }) => `terraform/${file}:${line} ${check} ${resource}: ${says}`,
  );
}

async function scan(tree: ScanTree) {
  const scanners = await installed;
  const [checkov, trivy] = await Promise.all([
    scanWithCheckov(scanners, tree),
    scanWithTrivy(scanners, tree),
  ]);
  return { checkov, trivy, findings: [...checkov.findings, ...trivy] };
}

t.test('both scanners object to a port that is open to the world', async t => {
  const tree = copyRoot(join(projectRoot, 'test/fixtures/open-root'), t.testdir({}));
  const { checkov, trivy } = await scan(tree);
  t.match(show(checkov.findings).join('\n'), /root\/main\.tf:2 CKV_AWS_24 aws_security_group\.open/);
  t.match(show(trivy).join('\n'), /root\/main\.tf:\d+ AWS-0107 root: aws_security_group\.open/);
});

t.test('a skip is read with its check, its reason and the call that it stands at', async t => {
  const text = `#trivy:ignore:AWS-0089 the log bucket itself
module "logs" {
  #checkov:skip=CKV_AWS_18:
  source = "../modules/bucket"
}

resource "aws_sns_topic" "this" { #tfsec:ignore:*
}`;
  t.strictSame(findSkips('a.tf', text), [
    {
      check: 'AWS-0089',
      reason: 'the log bucket itself',
      file: 'a.tf',
      line: 1,
      call: 'module.logs',
    },
    { check: 'CKV_AWS_18', reason: '', file: 'a.tf', line: 3, call: 'module.logs' },
    { check: '', reason: '', file: 'a.tf', line: 7 },
  ]);
});

t.test('neither scanner finds anything in the stacks, with the values of a deploy to AWS', async t => {
  const { checkov, findings } = await scan(copyForScanners(t.testdir({})));
  t.ok(checkov.resources > 150, `checkov saw ${checkov.resources} resources`);
  t.strictSame(show(findings), []);
});

t.test('every skip names one check, gives its reason and is still needed', async t => {
  const tree = copyForScanners(t.testdir({}));
  const skips = readSkips(tree);
  removeSkips(tree);
  // That nothing was found above has to mean that each stack was read.
  for (const root of tree.roots)
    cpSync(join(projectRoot, 'test/fixtures/open-root/main.tf'), join(tree.folder, root, 'open.tf'));
  const { findings } = await scan(tree);
  for (const root of tree.roots)
    for (const check of ['CKV_AWS_24', 'AWS-0107'])
      t.ok(
        findings.some(found => found.check === check && found.file === `${root}/open.tf`),
        `${check} is found in ${root}`,
      );
  t.not(skips.length, 0);
  for (const skip of skips) {
    const place = `terraform/${skip.file}:${skip.line} ${skip.check}`;
    t.not(skip.check, '', `${place} names a check`);
    t.ok(skip.reason.length >= 20, `${place} has its reason beside it`);
    t.ok(isNeeded(skip, findings), `${place} is needed: without it the scanner objects`);
  }
});
