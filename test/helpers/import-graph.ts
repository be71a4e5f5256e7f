/** The rooms of scripts/ and worker/: who may import whom, and which file alone opens which door. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** One source file, its path from the project's root with forward slashes. */
export type Source = { readonly path: string; readonly text: string };

type Import = { readonly from: string; readonly names: readonly string[] };

type Facts = {
  readonly path: string;
  readonly room: Room | undefined;
  readonly imports: readonly Import[];
  readonly readsEnvironment: boolean;
  /** What is constructed out of an SDK package and is no command. */
  readonly sdkClients: readonly string[];
  /** Clock, chance and world that need no import. */
  readonly ambient: readonly string[];
  readonly lineCount: number;
};

type Room = 'entry' | 'commands' | 'core' | 'edge' | 'worker';

/** Room or file prefixes that a room may import from; packages are looked at apart. */
const mayImport: Readonly<Record<Room, readonly string[]>> = {
  entry: ['scripts/commands/', 'scripts/edge/entry.ts', 'scripts/edge/typescript.mjs'],
  commands: ['scripts/core/', 'scripts/edge/', 'scripts/commands/', 'worker/shared/'],
  core: ['scripts/core/', 'worker/shared/'],
  edge: ['scripts/core/', 'scripts/edge/', 'worker/shared/'],
  worker: ['worker/'],
};
/** Packages of the two rooms that may not take every one; of a built-in only what has no effect. */
const packagesOf: Readonly<Partial<Record<Room, Readonly<Record<string, readonly string[] | 'all'>>>>> = {
  entry: { zx: 'all' },
  core: {
    zod: 'all',
    yaml: 'all',
    diff: ['diffArrays'],
    'node:util': ['parseArgs'],
    'node:crypto': ['createHash'],
  },
};
const doors = {
  process: 'scripts/edge/process.ts',
  environment: 'scripts/edge/environment.ts',
  /** Runs before TypeScript can be imported, the door above among it. */
  typescript: 'scripts/edge/typescript.mjs',
  templates: 'scripts/edge/templates.ts',
  aws: 'scripts/edge/aws.ts',
} as const;
const doorPackages: Readonly<Record<string, string>> = {
  execa: doors.process,
  zx: doors.process,
  'node:child_process': doors.process,
  child_process: doors.process,
  handlebars: doors.templates,
};
const entryLines = 20;
const computed = 'computed specifier: ';

/** Every source of scripts/ and worker/. */
export function readSources(root: string): readonly Source[] {
  return ['scripts', 'worker'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => /\.(ts|mts|js|mjs|cjs)$/.test(name))
      .sort()
      .map(name => {
        const path = posix.join(folder, name.replaceAll('\\', '/'));
        return { path, text: readFileSync(join(root, path), 'utf8') };
      }),
  );
}

/** The broken rules, one a line: `path: what is wrong`; none in a sound project. */
export function findRoomFaults(sources: readonly Source[]): readonly string[] {
  return sources.map(readFacts).flatMap(facts => {
    if (facts.room === undefined) return [`${facts.path}: stands in no room`];
    const faults = [
      ...importFaults(facts, facts.room),
      ...(facts.room === 'worker' ? [] : doorFaults(facts)),
      ...(facts.room === 'core' ? facts.ambient.map(name => `is pure, and uses ${name}`) : []),
      ...(facts.room === 'entry' && facts.lineCount > entryLines
        ? [`has ${facts.lineCount} lines, an entry at most ${entryLines}`]
        : []),
    ];
    return faults.map(fault => `${facts.path}: ${fault}`);
  });
}

function roomOf(path: string): Room | undefined {
  if (/^scripts\/[^/]+\.mjs$/.test(path)) return 'entry';
  if (path.startsWith('worker/')) return 'worker';
  const name = /^scripts\/([^/]+)\/.+\.m?[tj]s$/.exec(path)?.[1];
  return name === 'commands' || name === 'core' || name === 'edge' ? name : undefined;
}

function importFaults(facts: Facts, room: Room): readonly string[] {
  return facts.imports.flatMap(({ from, names }) => {
    if (from.startsWith(computed)) return [`imports a ${from}, which no walk can follow`];
    if (/^\.{0,2}\//.test(from)) {
      const target = from.startsWith('/') ? from : posix.join(posix.dirname(facts.path), from);
      return mayImport[room].some(prefix => target.startsWith(prefix))
        ? []
        : [`${room} may not import ${target}`];
    }
    const allowed = packagesOf[room];
    if (allowed === undefined) return [];
    const known = allowed[packageOf(from)];
    if (known === 'all') return [];
    if (known === undefined) return [`${room} may not import ${from}`];
    return names
      .filter(name => !known.includes(name))
      .map(name => `${room} may not import ${name} of ${from}`);
  });
}

function doorFaults(facts: Facts): readonly string[] {
  const used = [
    ...facts.imports.flatMap(({ from }) => {
      const door =
        facts.room === 'entry' && packageOf(from) === 'zx' ? undefined : doorPackages[packageOf(from)];
      return door === undefined ? [] : [{ door, what: `imports ${from}` }];
    }),
    ...(facts.readsEnvironment && facts.path !== doors.typescript
      ? [{ door: doors.environment, what: 'reads process.env' }]
      : []),
    ...facts.sdkClients.map(name => ({ door: doors.aws, what: `constructs ${name}` })),
  ];
  return used
    .filter(({ door }) => facts.path !== door)
    .map(({ door, what }) => `${what}, which only ${door} may`);
}

/** `@scope/name/part` and `name/part` without their part; a built-in stays whole. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function readFacts({ path, text }: Source): Facts {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const constructed: string[] = [];
  const ambient = new Set<string>();
  let readsEnvironment = false;
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found !== undefined) imports.push(found);
    if (isEnvironmentRead(node)) readsEnvironment = true;
    if (ts.isNewExpression(node)) constructed.push(node.expression.getText());
    const name = ambientOf(node);
    if (name !== undefined) ambient.add(name);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const ofSdk = new Set(
    imports.filter(({ from }) => from.startsWith('@aws-sdk/')).flatMap(({ names }) => names),
  );
  return {
    path,
    room: roomOf(path),
    imports,
    readsEnvironment:
      readsEnvironment || imports.some(({ from, names }) => from === 'node:process' && names.includes('env')),
    sdkClients: constructed.filter(name => ofSdk.has(name) && !name.endsWith('Command')),
    ambient: [...ambient],
    lineCount: text.trimEnd().split('\n').length,
  };
}

/** Imports and re-exports, `import()` and `require()`; types count like values. */
function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node)) {
    return { from: literalOf(node.moduleSpecifier), names: importedNames(node.importClause) };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    const clause = node.exportClause;
    const names = clause !== undefined && ts.isNamedExports(clause) ? clause.elements.map(nameOf) : ['*'];
    return { from: literalOf(node.moduleSpecifier), names };
  }
  if (ts.isImportTypeNode(node)) {
    const argument = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument;
    return { from: literalOf(argument), names: ['*'] };
  }
  if (!ts.isCallExpression(node)) return undefined;
  const isImport =
    node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require';
  return isImport && node.arguments[0] !== undefined
    ? { from: literalOf(node.arguments[0]), names: ['*'] }
    : undefined;
}

function importedNames(clause: ts.ImportClause | undefined): readonly string[] {
  const bindings = clause?.namedBindings;
  return [
    ...(clause?.name === undefined ? [] : ['default']),
    ...(bindings === undefined ? [] : ts.isNamedImports(bindings) ? bindings.elements.map(nameOf) : ['*']),
  ];
}

function nameOf(element: ts.ImportSpecifier | ts.ExportSpecifier): string {
  return (element.propertyName ?? element.name).text;
}

/** The text of a specifier, or the source of one that is computed. */
function literalOf(node: ts.Node): string {
  return ts.isStringLiteralLike(node) ? node.text : `${computed}${node.getText()}`;
}

function isEnvironmentRead(node: ts.Node): boolean {
  const isProcess = (expression: ts.Expression | undefined) =>
    expression !== undefined && /(^|\.)process$/.test(expression.getText());
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'env' && isProcess(node.expression);
  if (ts.isElementAccessExpression(node)) {
    return isProcess(node.expression) && /^['"`]env/.test(node.argumentExpression.getText());
  }
  return (
    ts.isVariableDeclaration(node) &&
    ts.isObjectBindingPattern(node.name) &&
    isProcess(node.initializer) &&
    node.name.elements.some(element => (element.propertyName ?? element.name).getText() === 'env')
  );
}

function ambientOf(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node)) {
    return node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0
      ? 'new Date()'
      : undefined;
  }
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText();
    return /^(Date\.now|Math\.random|performance\.now|process\.\w+|console\.\w+)$/.test(text)
      ? text
      : undefined;
  }
  if (!ts.isCallExpression(node)) return undefined;
  const name = node.expression.getText();
  return ['fetch', 'setTimeout', 'setInterval', 'setImmediate'].includes(name) ? name : undefined;
}
