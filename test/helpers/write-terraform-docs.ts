/** Writes the tables of inputs and outputs into every README under terraform/: npx tsx test/helpers/write-terraform-docs.ts */
import { writeFileSync } from 'node:fs';
import { markers, readReadmes } from './terraform-docs.ts';

for (const { name, path, text, wanted } of readReadmes()) {
  if (wanted === undefined) {
    process.stderr.write(
      `terraform/${name}: expects the lines ${markers.begin} and ${markers.end}, once each\n`,
    );
    process.exitCode = 1;
  } else if (wanted !== text) writeFileSync(path, wanted);
}
