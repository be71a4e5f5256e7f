import { createHash } from 'node:crypto';
import { showControls } from '../cell-text.ts';
import { entryCount } from './counts.ts';
import { actionWord, notesOf, renderVerdict, signOf, stackRows, subjectOf } from './entry-words.ts';
import {
  type Attribute,
  type Entry,
  type Line,
  type Review,
  type Risk,
  sectionNames,
  sectionTitles,
} from './model.ts';

/** What the page brings along: the texts of templates/review/review.css and review.js. */
export type PageParts = { readonly style: string; readonly script: string };

/** The review as one page that needs nothing else and may load nothing else. Every text of the plan goes through `text`. */
export function renderReviewHtml(review: Review, { style, script }: PageParts): string {
  const title = `Plan of ${review.meta.environment}: ${renderVerdict(review)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${text(policyOf(style, script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${text(title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#changes">Skip to the changes</a>
${renderHeader(review)}
<main>
${renderStacks(review)}
${renderControls(review)}
<div id="changes" tabindex="-1">
${sectionNames.map(section => renderSection(review, section)).join('')}${review.entries.length === 0 ? '<p class="quiet">Nothing changes, in no stack and not on the host.</p>\n' : ''}<p class="quiet" id="no-match" hidden>No entry matches the filter.</p>
</div>
</main>
<script>${script}</script>
</body>
</html>
`;
}

/** Nothing is loaded, sent or framed; the page's own style and script are named by their hashes. */
function policyOf(style: string, script: string): string {
  const hash = (content: string) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function renderHeader(review: Review): string {
  const { environment, target, commit, madeAt, toolVersions, configDigest } = review.meta;
  const facts: readonly (readonly [string, string])[] = [
    ['Target', target],
    ['Commit', commit ?? 'none'],
    ['Made', madeAt],
    ...Object.entries(toolVersions),
    ['Config', configDigest.slice(0, 12)],
  ];
  const totals: readonly (readonly [string, number, string])[] = [
    ['failed', review.entries.filter(({ kind }) => kind === 'error').length, 'failed'],
    ['to destroy', review.counts.destroy, 'destroy'],
    ['risky', review.counts.risks, 'risk'],
    ['to change', review.counts.change, 'change'],
    ['on the host', review.host.changed, 'change'],
    ['to add', review.counts.add, 'create'],
    ['deferred', review.entries.filter(({ kind }) => kind === 'deferred').length, 'deferred'],
  ];
  const shown = totals.filter(([, count]) => count > 0);
  return `<header>
<h1>Plan of <span class="name">${text(environment)}</span></h1>
<p class="verdict ${review.outcome}">${text(sentence(renderVerdict(review)))}</p>
<ul class="totals">${shown.map(([label, count, kind]) => `<li class="total-${kind}"><b>${count}</b> ${label}</li>`).join('')}</ul>
<dl class="facts">${facts.map(([name, value]) => `<div><dt>${text(name)}</dt><dd>${text(value)}</dd></div>`).join('')}</dl>
</header>`;
}

function renderStacks(review: Review): string {
  const { add, change, destroy } = review.counts;
  return `<section aria-labelledby="h-stacks">
<h2 id="h-stacks">Stacks</h2>
<div class="scroll" role="group" aria-label="Table of the stacks" tabindex="0"><table class="stacks">
<thead><tr><th scope="col">Stack</th><th scope="col" class="n">Add</th><th scope="col" class="n">Change</th><th scope="col" class="n">Destroy</th><th scope="col">Notes</th></tr></thead>
<tbody>
${stackRows(review)
  .map(
    ({ stack, kind, cells, note }) =>
      `<tr class="${kind}"><th scope="row">${text(stack)}</th>${cells.map(cell => `<td class="n${cell === 0 ? ' zero' : ''}">${cell}</td>`).join('')}<td>${text(note)}</td></tr>`,
  )
  .join('\n')}
</tbody>
<tfoot><tr><th scope="row">All</th><td class="n">${add}</td><td class="n">${change}</td><td class="n">${destroy}</td><td></td></tr></tfoot>
</table></div>
</section>`;
}

/** Shown by the script: without it everything is there and nothing can be filtered. */
function renderControls({ entries }: Review): string {
  const actions = [...new Set(entries.map(actionWord))];
  const stacks = [...new Set(entries.map(({ stack }) => stack))];
  const rules = [...new Set(entries.flatMap(entry => risksOf(entry).map(({ rule }) => rule)))];
  const option = (value: string, label: string) => `<option value="${text(value)}">${text(label)}</option>`;
  const select = (id: string, label: string, options: string) =>
    `<label for="${id}">${label}</label><select id="${id}">${option('', 'all')}${options}</select>`;
  return `<form id="controls" role="search" aria-label="Filter the changes" hidden>
<span class="field wide"><label for="find">Search</label><input id="find" type="search" autocomplete="off" spellcheck="false" placeholder="address, attribute, value"></span>
<span class="field">${select('by-stack', 'Stack', stacks.map(stack => option(stack, stack)).join(''))}</span>
<span class="field">${select('by-action', 'Action', actions.map(action => option(action, action)).join(''))}</span>
<span class="field">${select('by-risk', 'Risk', option('any', 'any risk') + rules.map(rule => option(rule, riskNames[rule])).join(''))}</span>
<span class="buttons"><button type="button" id="expand">Expand all</button><button type="button" id="collapse">Collapse all</button><button type="reset" id="clear">Clear</button><button type="button" id="theme" aria-pressed="false">Other theme</button></span>
<p id="result" role="status" aria-live="polite">${entryCount(entries.length)}</p>
</form>`;
}

const riskNames: Readonly<Record<Risk['rule'], string>> = {
  'data-store': 'data store',
  key: 'key or secret',
  grant: 'grant widened',
  network: 'network opened',
  protection: 'protection turned off',
};

function renderSection(review: Review, section: (typeof sectionNames)[number]): string {
  const entries = review.entries.filter(entry => entry.section === section);
  if (entries.length === 0) return '';
  return `<section class="changes ${section}" aria-labelledby="h-${section}">
<h2 id="h-${section}">${sectionTitles[section]} <span class="count">${entries.length}</span></h2>
<ul role="list">
${entries.map(renderEntry).join('\n')}
</ul>
</section>
`;
}

function renderEntry(entry: Entry): string {
  const risks = risksOf(entry);
  const body = renderBody(entry);
  const action = actionWord(entry);
  const notes = notesOf(entry);
  const title = [
    `<span class="sign" aria-hidden="true">${text(signOf(entry))}</span>`,
    `<span class="action">${text(action)}</span>`,
    `<span class="stack">${text(entry.stack)}</span>`,
    `<code>${text(subjectOf(entry))}</code>`,
    ...risks.map(risk => `<span class="risk">${text(risk.text)}</span>`),
    ...notes.map(note => `<span class="note">${text(note)}</span>`),
  ].join(' ');
  const marks = `data-stack="${text(entry.stack)}" data-action="${text(action)}" data-risk="${risks.map(({ rule }) => rule).join(' ')}"`;
  const kind = `entry ${action.replaceAll(' ', '-')}`;
  const isOpen = ['failures', 'removals', 'risks', 'checks'].includes(entry.section);
  return body === ''
    ? `<li class="${kind}" ${marks}><p class="title">${title}</p></li>`
    : `<li class="${kind}" ${marks}><details${isOpen ? ' open' : ''}><summary class="title">${title}</summary><div class="body">${body}</div></details></li>`;
}

function renderBody(entry: Entry): string {
  switch (entry.kind) {
    case 'error':
      return entry.detail.trim() === '' ? '' : `<pre>${textLines(entry.detail)}</pre>`;
    case 'check':
      return entry.problems.length === 0 ? '' : `<pre>${textLines(entry.problems.join('\n'))}</pre>`;
    case 'deferred':
      return '';
    case 'task':
      return entry.lines.length === 0 ? '' : renderLines(entry.lines);
    case 'output':
      return renderAttributes(entry.attributes, '');
    case 'resource': {
      const later = entry.knownAfterApply;
      const rest =
        later.length === 0
          ? ''
          : `<p class="later">Known after apply: ${later.map(name => `<code>${text(name)}</code>`).join(' ')}</p>`;
      return renderAttributes(entry.attributes, rest);
    }
  }
}

function renderAttributes(attributes: readonly Attribute[], rest: string): string {
  if (attributes.length === 0) return rest;
  const isAllNew = attributes.every(({ change }) => change.kind !== 'value' || change.before === null);
  const heads = isAllNew ? ['Attribute', 'Value'] : ['Attribute', 'Before', 'After'];
  const rows = attributes.map(attribute => renderAttribute(attribute, isAllNew));
  return `<table class="attributes"><thead><tr>${heads.map(head => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>${rest}`;
}

function renderAttribute({ path, change, forcesReplacement }: Attribute, isAllNew: boolean): string {
  const force = forcesReplacement ? '<span class="force">forces replacement</span>' : '';
  const head = `<th scope="row">${text(path)}${force}</th>`;
  const span = isAllNew ? '' : ' colspan="2"';
  switch (change.kind) {
    case 'value': {
      const cells = isAllNew ? [change.after] : [change.before, change.after];
      return `<tr>${head}${cells.map((cell, index) => renderValue(cell, isAllNew || index === 1 ? 'add' : 'remove')).join('')}</tr>`;
    }
    case 'elements': {
      const lines: readonly Line[] = change.isReordered
        ? [{ op: 'gap', text: 'the same elements in another order' }]
        : [
            ...change.removed.map<Line>(of => ({ op: 'remove', text: of })),
            ...change.added.map<Line>(of => ({ op: 'add', text: of })),
          ];
      return `<tr>${head}<td${span}>${renderLines(lines)}</td></tr>`;
    }
    case 'lines':
      return `<tr>${head}<td${span}>${renderLines(change.lines)}</td></tr>`;
    case 'statements':
      return `<tr>${head}<td${span}>${change.statements.map(({ op, title, lines }) => `<p class="statement ${op}"><b>${statementWords[op]}</b> <code>${text(title)}</code></p>${renderLines(lines)}`).join('')}</td></tr>`;
  }
}

const statementWords = {
  add: 'Statement added',
  remove: 'Statement removed',
  change: 'Statement changed',
} as const;

function renderValue(value: string | null, op: 'add' | 'remove'): string {
  if (value === null) return '<td class="none">none</td>';
  const isWord = value === 'known after apply' || value === '[redacted]';
  return `<td class="${isWord ? 'word' : op}">${text(value)}</td>`;
}

function renderLines(lines: readonly Line[]): string {
  const signs = { add: '+ ', remove: '- ', same: '  ', gap: '… ' } as const;
  return `<pre>${lines.map(({ op, text: of }) => `<span class="${op}">${signs[op]}${text(of)}</span>`).join('\n')}</pre>`;
}

function risksOf(entry: Entry): readonly Risk[] {
  return entry.kind === 'resource' ? entry.risks : [];
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** The only way for a text into the page: nothing of it is markup, and what turns a line around is shown by its number. */
function text(value: string): string {
  return showControls(value).replace(/[&<>"'`]/g, found => `&#${found.charCodeAt(0)};`);
}

function textLines(value: string): string {
  return value.split(/\r?\n/).map(text).join('\n');
}
