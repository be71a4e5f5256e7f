/** The values each stack gets on `target: aws`, from config/aws.example.yaml. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseConfig } from '../../../scripts/core/config.ts';
import type { Config } from '../../../scripts/core/config-schema.ts';
import {
  buildStackInputs,
  mergeOutputs,
  type Outputs,
  parseOutputs,
} from '../../../scripts/core/contract.ts';
import { buildNames } from '../../../scripts/core/names.ts';
import { type StackName, stackNames } from '../../../scripts/core/stacks.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { renderTemplate } from '../../../scripts/edge/templates.ts';

const exampleConfig = 'config/aws.example.yaml';
const givenOutputs = 'test/fixtures/contract.json';
const environment = 'example';

export function readExampleConfig(): Config {
  return parseConfig(readFileSync(join(projectRoot, exampleConfig), 'utf8'), exampleConfig);
}

/** The stack's tfvars, rendered as a deploy renders them; ids that AWS would have given come from a fixture. */
export function renderExampleVariables(stack: StackName): string {
  const config = readExampleConfig();
  const names = buildNames(config, environment);
  const { archiveUrl, eventsUrl } = config.ingest;
  const facts = { archiveUrl, eventsUrl, publicKey: config.ssh.publicKey ?? '' };
  const inputs = buildStackInputs(stack, { config, names, facts, outputs: readGivenOutputs() });
  if (inputs.kind === 'deferred') {
    const awaited = inputs.awaits.map(({ stack, output }) => `${stack}.${output}`).join(', ');
    throw new Error(`${givenOutputs}: expected the outputs that ${stack} waits for, got no ${awaited}`);
  }
  return renderTemplate(projectRoot, `${stack}.tfvars`, { environment, ...inputs.values });
}

function readGivenOutputs(): Outputs {
  const outputs = z.partialRecord(z.enum(stackNames), z.record(z.string(), z.unknown()));
  const given = outputs.parse(JSON.parse(readFileSync(join(projectRoot, givenOutputs), 'utf8')));
  return mergeOutputs(
    stackNames.map(stack => {
      const values = Object.entries(given[stack] ?? {}).map(([name, value]) => [name, { value }]);
      return parseOutputs(stack, JSON.stringify(Object.fromEntries(values)));
    }),
  );
}
