import { type Browser, chromium, type Page } from 'playwright-core';
import type { Test } from 'tap';
import { findBrowser } from '../../scripts/edge/toolchain/browser.ts';

/** A browser of the test's own. Root has no sandbox to offer, and opens nothing but files of the test. */
export async function startBrowser(t: Test): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    throw new Error('chromium: expected on PATH, got none\nRun: npm run test:long');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  t.teardown(() => browser.close());
  return browser;
}

/** Every complaint of the page: its errors, and what its policy refused. */
export function watchPage(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(error.message));
  page.on('dialog', dialog => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('requestfinished', request => {
    if (!request.url().startsWith('file://')) complaints.push(`request: ${request.url()}`);
  });
  return complaints;
}
