/** Reads apt's package sources (sources.list(5)) and keeps those that the distribution itself comes from. */

/** One source as deb822 fields, field names as written in that format. */
export type AptSource = ReadonlyMap<string, string>;

const optionFields: Readonly<Record<string, string>> = {
  arch: 'Architectures',
  'signed-by': 'Signed-By',
  trusted: 'Trusted',
  'check-valid-until': 'Check-Valid-Until',
};

/** The sources of a `.list` file: one a line. */
export function parseAptList(text: string): AptSource[] {
  return text.split('\n').flatMap(line => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)\s*(?:#.*)?$/.exec(line);
    if (match === null) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const fields = options
      .trim()
      .split(/\s+/)
      .flatMap((option): [string, string][] => {
        const [name = '', value = ''] = option.split('=', 2);
        const field = optionFields[name.toLowerCase()];
        return field === undefined ? [] : [[field, value.replaceAll(',', ' ')]];
      });
    return [
      new Map([
        ['Types', 'deb'],
        ['URIs', uri],
        ['Suites', suite],
        ['Components', components.trim()],
        ...fields,
      ]),
    ];
  });
}

/** The sources of a `.sources` file: one a paragraph; a value may go on in lines that begin with a blank. */
export function parseAptDeb822(text: string): AptSource[] {
  const lines = text.split('\n').filter(line => !line.startsWith('#'));
  return lines
    .join('\n')
    .split(/\n[ \t]*\n/)
    .map(paragraph => {
      const fields = [...paragraph.matchAll(/^([A-Za-z0-9-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)];
      return new Map(fields.map(([, name = '', value = '']) => [canonicalField(name), value.trimEnd()]));
    })
    .filter(source => isListed(source, 'Types', 'deb') && source.get('Enabled')?.toLowerCase() !== 'no');
}

/**
 * The sources that offer the distribution's own packages for a suite and its updates, as deb822 text. Other
 * vendors' sources are left out: they need keys and add nothing to a plain host.
 */
export function renderDistributionSources(sources: readonly AptSource[], suite: string): string {
  return sources
    .filter(source => isListed(source, 'Components', 'main'))
    .flatMap(source => {
      const suites = words(source, 'Suites').filter(name => isSuiteOrUpdate(name, suite));
      if (suites.length === 0) return [];
      const fields = new Map([...source, ['Types', 'deb'], ['Suites', suites.join(' ')]]);
      return [
        [...fields].map(([name, value]) => `${name}:${/^[ \n]/.test(value) ? '' : ' '}${value}\n`).join(''),
      ];
    })
    .join('\n');
}

function isSuiteOrUpdate(name: string, suite: string): boolean {
  return [suite, `${suite}-updates`, `${suite}-security`].includes(name);
}

function isListed(source: AptSource, field: string, word: string): boolean {
  return words(source, field).includes(word);
}

function words(source: AptSource, field: string): string[] {
  return (source.get(field) ?? '').split(/\s+/).filter(word => word !== '');
}

function canonicalField(name: string): string {
  const known = ['Types', 'URIs', 'Suites', 'Components', 'Enabled', ...Object.values(optionFields)];
  return known.find(field => field.toLowerCase() === name.toLowerCase()) ?? name;
}
