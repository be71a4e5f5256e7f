// Search, filter and theme of the review. Everything is in the page already: this hides, shows and opens.

(() => {
  const byId = id => document.getElementById(id);
  const controls = byId('controls');
  const entries = [...document.querySelectorAll('.entry')];
  const sections = [...document.querySelectorAll('.changes')];
  const choices = { stack: byId('by-stack'), action: byId('by-action'), risk: byId('by-risk') };
  const texts = new Map();
  let timer;

  function textOf(entry) {
    let text = texts.get(entry);
    if (text === undefined) {
      text = entry.textContent.toLowerCase();
      texts.set(entry, text);
    }
    return text;
  }

  function isWanted(entry, words) {
    const { stack, action, risk } = entry.dataset;
    if (choices.stack.value !== '' && stack !== choices.stack.value) return false;
    if (choices.action.value !== '' && action !== choices.action.value) return false;
    if (choices.risk.value === 'any' && risk === '') return false;
    if (
      choices.risk.value !== '' &&
      choices.risk.value !== 'any' &&
      !risk.split(' ').includes(choices.risk.value)
    )
      return false;
    return words.every(word => textOf(entry).includes(word));
  }

  function apply() {
    const words = byId('find')
      .value.toLowerCase()
      .split(/\s+/)
      .filter(word => word !== '');
    let shown = 0;
    for (const entry of entries) {
      entry.hidden = !isWanted(entry, words);
      if (!entry.hidden) shown++;
    }
    for (const section of sections) section.hidden = section.querySelector('.entry:not([hidden])') === null;
    byId('no-match').hidden = shown > 0 || entries.length === 0;
    byId('result').textContent =
      shown === entries.length ? `${shown} entries` : `${shown} of ${entries.length} entries`;
  }

  function applySoon() {
    clearTimeout(timer);
    timer = setTimeout(apply, 120);
  }

  function openAll(isOpen) {
    for (const entry of entries) {
      const details = entry.hidden ? null : entry.querySelector('details');
      if (details !== null) details.open = isOpen;
    }
  }

  byId('find').addEventListener('input', applySoon);
  for (const choice of Object.values(choices)) choice.addEventListener('change', apply);
  controls.addEventListener('reset', () => setTimeout(apply));
  controls.addEventListener('submit', event => event.preventDefault());
  byId('expand').addEventListener('click', () => openAll(true));
  byId('collapse').addEventListener('click', () => openAll(false));

  const systemIsDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const theme = byId('theme');
  const other = systemIsDark ? 'light' : 'dark';
  theme.textContent = systemIsDark ? 'Light theme' : 'Dark theme';
  theme.addEventListener('click', () => {
    const isPressed = theme.getAttribute('aria-pressed') !== 'true';
    theme.setAttribute('aria-pressed', String(isPressed));
    if (isPressed) document.documentElement.dataset.theme = other;
    else delete document.documentElement.dataset.theme;
  });

  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? '')) return;
    event.preventDefault();
    byId('find').focus();
  });

  controls.hidden = false;
})();
