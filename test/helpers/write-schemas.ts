/** Writes the JSON Schemas that editors and other programs read: npx tsx test/helpers/write-schemas.ts */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildConfigJsonSchema } from '../../scripts/core/config.ts';
import { buildManifestJsonSchema } from '../../scripts/core/plan-manifest.ts';
import { buildReportJsonSchema } from '../../scripts/core/report.ts';
import { buildReviewJsonSchema } from '../../scripts/core/review/model.ts';

/** Each schema's file and the text that belongs in it. */
export const schemaFiles: readonly { readonly path: string; readonly text: string }[] = [
  { path: schemaPath('config'), text: render(buildConfigJsonSchema()) },
  { path: schemaPath('manifest'), text: render(buildManifestJsonSchema()) },
  { path: schemaPath('report'), text: render(buildReportJsonSchema()) },
  { path: schemaPath('plan'), text: render(buildReviewJsonSchema()) },
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, text } of schemaFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function schemaPath(name: string): string {
  return fileURLToPath(new URL(`../../scripts/core/schema/${name}.schema.json`, import.meta.url));
}

function render(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
