/** Draws docs/pictures/plan-review.png: npx tsx test/helpers/plans/take-picture.ts */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { buildReview } from '../../../scripts/core/review/build-review.ts';
import { renderReviewHtml } from '../../../scripts/core/review/render-html.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { readPageParts } from '../../../scripts/edge/review-files.ts';
import { findBrowser } from '../../../scripts/edge/toolchain/browser.ts';
import { richInput } from './fixtures.ts';

/** The chain's own names over some of the plans. */
const shown = { roles: 'bootstrap', groups: 'network', datalake: 'datalake', hosts: 'ingest' };

const folder = mkdtempSync(join(tmpdir(), 'millrace-picture-'));
const rich = richInput();
const stacks = Object.entries(shown).flatMap(([from, stack]) =>
  rich.stacks.filter(input => input.stack === from).map(input => ({ ...input, stack })),
);
const deferred = rich.stacks.filter(({ kind, stack }) => kind === 'deferred' && stack === 'ec2');
const page = renderReviewHtml(
  buildReview({ ...rich, stacks: [...stacks, ...deferred] }),
  readPageParts(projectRoot),
);
const executablePath = findBrowser();
const browser = await chromium.launch({
  args: ['--no-sandbox'],
  ...(executablePath === undefined ? {} : { executablePath }),
});
try {
  const file = join(folder, 'plan.html');
  writeFileSync(file, page);
  const tab = await browser.newPage({ viewport: { width: 1200, height: 1500 } });
  await tab.goto(pathToFileURL(file).href);
  await tab.screenshot({ path: join(projectRoot, 'docs/pictures/plan-review.png') });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
