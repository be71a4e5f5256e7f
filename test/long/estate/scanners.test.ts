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
  scanWithTfsec,
} from '../../helpers/scanners.ts';

// On a new machine tfsec is built first: minutes, and more of them beside other work.
t.setTimeout(1_800_000);
const installed = ensureScanners(projectRoot, join(projectRoot, 'build/test/scanners.log'));

function show(findings: readonly Finding[]): readonly string[] {
  return findings.map(
    ({ check, resource, file, line, says }) => `terraform/${file}:${line} ${check} ${resource}: ${says}`,
  );
}

async function scan(tree: ScanTree) {
  const scanners = await installed;
  const [checkov, tfsec] = await Promise.all([
    scanWithCheckov(scanners, tree),
    scanWithTfsec(scanners, tree),
  ]);
  return { checkov, tfsec, findings: [...checkov.findings, ...tfsec.findings] };
}

t.test('both scanners object to a port that is open to the world', async t => {
  const tree = copyRoot(join(projectRoot, 'test/fixtures/open-root'), t.testdir({}));
  const { checkov, tfsec } = await scan(tree);
  t.match(show(checkov.findings).join('\n'), /root\/main\.tf:2 CKV_AWS_24 aws_security_group\.open/);
  t.match(show(tfsec.findings).join('\n'), /root\/main\.tf:\d+ aws-ec2-no-public-ingress-sgr/);
});

t.test('a skip is read with its check, its reason and the call that it stands at', async t => {
  const text = `#trivy:ignore:aws-s3-enable-bucket-logging the log bucket itself
module "logs" {
  #checkov:skip=CKV_AWS_18:
  source = "../modules/bucket"
}

resource "aws_sns_topic" "this" { #tfsec:ignore:*
}`;
  t.strictSame(findSkips('a.tf', text), [
    {
      check: 'aws-s3-enable-bucket-logging',
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
  const { checkov, tfsec, findings } = await scan(copyForScanners(t.testdir({})));
  t.ok(checkov.resources > 150, `checkov saw ${checkov.resources} resources`);
  t.ok(tfsec.resources > 30, `tfsec saw ${tfsec.resources} resources`);
  t.strictSame(show(findings), []);
});

t.test('every skip names one check, gives its reason and is still needed', async t => {
  const tree = copyForScanners(t.testdir({}));
  const skips = readSkips(tree);
  removeSkips(tree);
  const { findings } = await scan(tree);
  t.not(skips.length, 0);
  for (const skip of skips) {
    const place = `terraform/${skip.file}:${skip.line} ${skip.check}`;
    t.not(skip.check, '', `${place} names a check`);
    t.ok(skip.reason.length >= 20, `${place} has its reason beside it`);
    t.ok(isNeeded(skip, findings), `${place} is needed: without it the scanner objects`);
  }
});
