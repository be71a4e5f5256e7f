/** A headless Chromium, in which tests open the pages that the project makes. */
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { findCommand } from './find-command.ts';
import { installSystemPackages } from './system-packages.ts';

/** Names that distributions give it, the smallest first. */
const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

/** The browser's program on PATH, or undefined. */
export function findBrowser(path?: string): string | undefined {
  return names.map(name => findCommand(name, path)).find(file => file !== undefined);
}

/**
 * Finds a Chromium, or installs the system's, with a font: without any a page has no letters.
 * @throws Failure naming what to install where this user may not
 */
export async function ensureBrowser(input: {
  readonly logDir: string;
  readonly report: (message: string) => void;
}): Promise<string> {
  const found = findBrowser();
  if (found !== undefined) return found;
  input.report('installing system packages: chromium-headless-shell fonts-dejavu-core');
  const logFile = join(input.logDir, 'toolchain.log');
  await installSystemPackages(['chromium-headless-shell', 'fonts-dejavu-core'], logFile);
  const installed = findBrowser();
  if (installed !== undefined) return installed;
  throw new Failure({
    where: 'browser',
    what: `expects one of ${names.join(', ')} on PATH, got none`,
    hint: 'Run: sudo apt-get install -y chromium-headless-shell',
  });
}
