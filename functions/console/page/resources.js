/** @import { Place, Row, Rows } from './types.ts' */
import { byId, h, keep, say } from './dom.js';
import { plural, time } from './format.js';
import { go, linkTo, linkWith, place } from './place.js';

const STATES = [
  'free',
  'busy',
  'leased',
  'cleaning',
  'dirty',
  'held',
  'quarantined',
  'toBeDeleted',
  'tombstone',
];
const PHASES = ['recycle', 'fulfill', 'clean', 'free', 'janitor'];
/** How long (ms) typing may pause before it is searched for. */
const TYPING_MS = 250;

/** Filters change the URL, and nothing else: what is shown follows from it. */
export function watchFilters() {
  const form = /** @type {HTMLFormElement} */ (byId('filters'));
  let timer = 0;
  /** @param {boolean} replaces */
  const apply = (replaces) => {
    clearTimeout(timer);
    const { name } = place();
    const wanted = /** @type {Place} */ (Object.fromEntries(new FormData(form)));
    go(linkTo({ ...wanted, ...(name !== undefined && { name }) }), { replaces });
  };
  form.addEventListener('input', (event) => {
    clearTimeout(timer);
    if (event.target instanceof HTMLInputElement) timer = window.setTimeout(apply, TYPING_MS, true);
  });
  form.addEventListener('change', (event) => {
    apply(event.target instanceof HTMLInputElement);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply(true);
  });
}

/** Makes the filters say what the URL says. @param {readonly string[]} types */
export function showFilters(types) {
  const here = place();
  for (const [key, values] of /** @type {const} */ ([
    ['type', types],
    ['state', STATES],
    ['phase', PHASES],
  ])) {
    const select = /** @type {HTMLSelectElement} */ (byId(`filter-${key}`));
    const chosen = here[key] ?? '';
    const options = ['', ...values, ...(chosen === '' || values.includes(chosen) ? [] : [chosen])];
    keep(select, options, {
      key: (value) => value,
      build: (value) => h('option', { value }, value === '' ? 'any' : value),
    });
    if (select.value !== chosen) select.value = chosen;
  }
  const search = /** @type {HTMLInputElement} */ (byId('filter-q'));
  if (document.activeElement !== search) search.value = here.q ?? '';
  byId('filter-clear').hidden = !isFiltered(here);
}

/** @param {Place} here */
const isFiltered = ({ type, state, phase, q }) =>
  [type, state, phase, q].some((value) => value !== undefined);

/** @param {Rows} rows */
export function showRows({ resources, after }) {
  const here = place();
  keep(byId('rows'), resources, { key: ({ name }) => name, build: row, sees: { ...here, name: '' } });
  const empty = byId('rows-empty');
  empty.hidden = resources.length > 0;
  empty.textContent = isFiltered(here)
    ? 'No resource is so. Clear the filters to see all.'
    : 'There is no resource yet: sync makes them from the config.';
  say(
    'resources-note',
    resources.length === 0
      ? ''
      : `${plural(resources.length, 'resource')} shown${after === null ? '' : ', there are more'}`,
  );
  const pages = [
    here.after !== undefined && { text: 'First page', href: linkWith({ after: '' }) },
    after !== null && { text: 'Next page', href: linkWith({ after }) },
  ].filter((page) => page !== false);
  keep(byId('pages'), pages, {
    key: ({ text }) => text,
    build: ({ text, href }) => h('a', { href, 'data-go': true, 'data-focus': text, class: 'button' }, text),
  });
}

/** @param {Row} one */
function row(one) {
  const { name, type, state, phase, owner, attempts, error, lastUpdate, waitingSince } = one;
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      h('a', { href: linkWith({ name }), 'data-go': true, 'data-focus': 'name', class: 'name' }, name),
    ),
    cell('Type', type),
    cell('State', stateTag(state)),
    cell(
      'Phase',
      phase ?? '',
      ...(waitingSince === null ? [] : [h('span', { class: 'quiet' }, ' waits ', time(waitingSince, 'for'))]),
    ),
    cell(
      'Owner',
      isOurs(owner)
        ? h('span', { class: 'quiet' }, 'Mason')
        : h('span', { class: 'cut', title: owner }, owner),
    ),
    cell('Linked with', ...links(one)),
    cell(
      'Error',
      h(
        'span',
        { class: 'fault' },
        attempts > 0 && h('span', { class: 'tag' }, plural(attempts, 'attempt')),
        attempts > 0 && ' ',
        h('span', { class: 'error' }, error),
      ),
    ),
    cell('Changed', time(lastUpdate)),
  );
}

/**
 * What Mason works on, leases or holds has an owner of a name that only this lease knows.
 *
 * @param {string} owner
 */
export const isOurs = (owner) => /^mason-/.test(owner);

/** @param {string} label for narrow screens @param {readonly import('./dom.js').Child[]} children */
function cell(label, ...children) {
  const isEmpty = children.every((child) =>
    child instanceof Node ? child.textContent === '' : child === '' || child == null || child === false,
  );
  return h('td', { 'data-label': label, class: isEmpty ? 'is-empty' : null }, ...children);
}

/** @type {Readonly<Record<string, string>>} */
const SHOWN_AS = {
  free: 'free',
  parked: 'parked',
  leased: 'leased',
  cleaning: 'working',
  dirty: 'dirty',
  toBeDeleted: 'dirty',
  tombstone: 'dirty',
  held: 'held',
  quarantined: 'quarantined',
};

/** @param {string} state */
export const stateTag = (state) =>
  h(
    'span',
    { class: 'state' },
    h('span', { class: `swatch is-${SHOWN_AS[state] ?? 'inUse'}`, 'aria-hidden': 'true' }),
    state,
  );

/** A name that Mason has drawn, in two parts: a random UUID's first digits are enough to know it again. */
const DRAWN = /^([\da-f]{8})((?:-[\da-f]{4}){3}-[\da-f]{12})$/;

/** @param {string} name */
function link(name) {
  const [, head = name, tail = ''] = DRAWN.exec(name) ?? [];
  return h(
    'a',
    {
      ...{ href: linkWith({ name }), 'data-go': true, 'data-focus': `link ${name}`, title: name },
      class: tail === '' ? 'cut' : 'cut is-drawn',
    },
    head,
    tail !== '' && h('span', { class: 'tail' }, tail),
  );
}

/** Who it is kept for, or what it leases. @param {Row} one */
function links({ heldBy, leases, moreLeases }) {
  if (heldBy !== null) return [h('span', { class: 'quiet' }, 'for '), link(heldBy)];
  return [
    ...leases.flatMap((name, index) => [index > 0 ? ', ' : '', link(name)]),
    ...(moreLeases > 0 ? [` and ${moreLeases} more`] : []),
  ];
}
