/** Looks up in the planned estate what the requirement documents name. */
import { type NamedResource, namedResources } from './documents.ts';
import type { Estate, PlannedResource } from './estate.ts';

/** The planned resources that are what the document names. */
export function findNamed(named: NamedResource, estate: Estate): readonly PlannedResource[] {
  return estate.resources.filter(
    resource =>
      resource.stack === named.stack &&
      resource.type === named.type &&
      named.address.test(resource.address) &&
      (named.shows === undefined || named.shows.test(textOf(resource, estate))),
  );
}

/** A resource's attributes as JSON; of a variable its block in the source, which says what it admits. */
function textOf(resource: PlannedResource, estate: Estate): string {
  if (resource.type !== 'variable') return JSON.stringify(resource.after).replaceAll('\\"', '"');
  const source = estate.sources[declaringFile(resource, estate) ?? ''] ?? '';
  const start = source.indexOf(`variable "${resource.address.replace(/^var\./, '')}" {`);
  return source.slice(start, source.indexOf('\n}', start));
}

/** The file of a stack that declares a resource, or the module that holds it. */
export function declaringFile({ stack, address }: PlannedResource, { sources }: Estate): string | undefined {
  const [, module, type, name] = /^(?:module\.([\w-]+)|([\w-]+)\.([\w-]+))/.exec(address) ?? [];
  const own = type === 'var' ? `variable "${name}" {` : `resource "${type}" "${name}" {`;
  const block = module === undefined ? own : `module "${module}" {`;
  return Object.keys(sources).find(
    path => path.startsWith(`${stack}/`) && sources[path]?.split('\n').includes(block),
  );
}

/** A Markdown table: document and passage -> stack, file, test. */
export function renderDocuments(estate: Estate): string {
  const lines = namedResources.map(named => {
    const [resource] = findNamed(named, estate);
    const file = resource === undefined ? 'missing' : `terraform/${declaringFile(resource, estate)}`;
    const passage = named.passage.replaceAll('|', '\\|');
    return `| ${named.document}, line ${named.line}: ${passage} | ${named.stack} | \`${named.type}\` in ${file} | test/emulator/estate.test.ts, terraform/${named.stack}/tests |`;
  });
  return ['| document and passage | stack | file | test |', '|---|---|---|---|', ...lines, ''].join('\n');
}
