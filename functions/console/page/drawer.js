/** @import { Session, Story } from './types.ts' */
import { ask } from './api.js';
import { byId, h } from './dom.js';
import { absolute, plural, time } from './format.js';
import { obey, orderButton } from './orders.js';
import { go, linkWith } from './place.js';
import { isOurs, stateTag } from './resources.js';

const drawer = () => /** @type {HTMLDialogElement} */ (byId('drawer'));

/** What is shown: the same is not built again. */
let shown = '';
/** Of which resource user data is shown, and what; null: none. @type {{name: string, data: Readonly<Record<string, string>>} | null} */
let revealed = null;

export function watchDrawer() {
  drawer().addEventListener('close', () => {
    revealed = null;
    shown = '';
    byId('drawer-body').replaceChildren();
    document.body.append(byId('said'));
    go(linkWith({ name: '' }));
  });
  // Outside of it, on what lies behind.
  drawer().addEventListener('click', (event) => {
    if (event.target === drawer()) drawer().close();
  });
}

export function closeDrawer() {
  if (drawer().open) drawer().close();
}

/** @param {string} name @param {Story | null} story null: there is no such resource @param {Session} session */
export function showDrawer(name, story, session) {
  if (revealed !== null && revealed.name !== name) revealed = null;
  const signature = JSON.stringify([name, story, session.actions, session.userData, revealed]);
  if (signature !== shown) {
    const isOther = drawer().dataset['name'] !== name || !drawer().open;
    build(name, story, session);
    if (isOther) drawer().scrollTop = 0;
    shown = signature;
  }
  drawer().dataset['name'] = name;
  if (drawer().open) return;
  drawer().showModal();
  byId('drawer-name').focus({ preventScroll: true });
}

/** @param {string} name @param {Story | null} story @param {Session} session */
function build(name, story, session) {
  const scroll = drawer().scrollTop;
  const typed = new Map(
    [...drawer().querySelectorAll('select, input')].map((field) => [
      field.id,
      /** @type {HTMLInputElement} */ (field).value,
    ]),
  );
  const focus = document.activeElement?.getAttribute('data-focus');
  const isInside = drawer().contains(document.activeElement);
  byId('drawer-body').replaceChildren(
    h(
      'header',
      { class: 'drawer-head' },
      h('h2', { id: 'drawer-name', tabindex: '-1', 'data-focus': 'head' }, name),
      h(
        'button',
        { type: 'button', class: 'button', 'data-focus': 'close', click: () => drawer().close() },
        'Close',
      ),
    ),
    ...(story === null
      ? [h('p', { class: 'empty' }, 'There is no such resource, or not any more.')]
      : body(story, session)),
  );
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
  }
  drawer().scrollTop = scroll;
  if (!isInside) return;
  const again =
    focus == null
      ? null
      : [...drawer().querySelectorAll('[data-focus]')].find(
          (one) => one.getAttribute('data-focus') === focus,
        );
  (again instanceof HTMLElement ? again : byId('drawer-name')).focus({ preventScroll: true });
}

/** @param {Story} story @param {Session} session */
function body(story, session) {
  return [
    trouble(story),
    orders(story, session),
    facts(story),
    leases(story),
    timeline(story),
    userData(story, session),
  ].filter((part) => part !== null);
}

/** @param {Story} story */
function trouble({ work }) {
  const { quarantine = null, lastError = null, failures = [] } = work ?? {};
  if (quarantine === null && (lastError === null || work?.phase == null)) return null;
  return h(
    'section',
    { class: 'trouble', 'aria-label': 'What went wrong' },
    quarantine !== null && h('p', {}, h('b', {}, 'In quarantine since '), time(quarantine.at)),
    h(
      'pre',
      { tabindex: '0', role: 'group', 'aria-label': 'Reason' },
      quarantine?.reason ?? lastError?.message ?? '',
    ),
    quarantine !== null &&
      lastError !== null &&
      !quarantine.reason.includes(lastError.message) &&
      h(
        'pre',
        { tabindex: '0', role: 'group', 'aria-label': 'Last error' },
        `${lastError.phase}: ${lastError.message}`,
      ),
    quarantine?.keepUntil != null &&
      h('p', { class: 'quiet' }, 'Its leases are kept for another ', time(quarantine.keepUntil, 'left'), '.'),
    failures.length > 0 && h('p', { class: 'quiet' }, `It was part of ${failures.join(', ')}.`),
  );
}

const HOURS = [1, 4, 8, 24, 72];

/** @param {Story} story @param {Session} session */
function orders({ name, state, hold, work }, session) {
  const isQuarantined = work?.quarantine != null;
  const canHold = isQuarantined || state === 'free' || hold !== null;
  if (!session.actions || !canHold) return null;
  const keeps = work?.quarantine?.keepUntil != null;
  return h(
    'section',
    { class: 'orders', 'aria-labelledby': 'orders-head' },
    h('h3', { id: 'orders-head' }, 'Orders'),
    isQuarantined &&
      h(
        'div',
        { class: 'order' },
        orderButton({ order: 'retry', name }, 'Retry', 'Retry'),
        h(
          'span',
          { class: 'quiet' },
          work.quarantine?.suspect === true
            ? 'It becomes dirty, and is as good as any other.'
            : `It goes on at ${work.phase ?? 'recycle'}, its attempts at zero.`,
        ),
      ),
    h(
      'form',
      {
        class: 'order',
        submit: (event) => {
          event.preventDefault();
          const hours = Number(/** @type {HTMLSelectElement} */ (byId('hold-for')).value);
          const reason = /** @type {HTMLInputElement} */ (byId('hold-reason')).value.trim();
          void obey(
            { order: 'hold', name, forMs: hours * 3_600_000, reason },
            event instanceof SubmitEvent ? event.submitter : null,
          );
        },
      },
      h('button', { class: 'button', 'data-focus': 'hold' }, hold === null ? 'Hold' : 'Hold on'),
      h(
        'label',
        {},
        'for ',
        h(
          'select',
          { id: 'hold-for', 'data-focus': 'for' },
          ...HOURS.map((hours) => h('option', { value: hours }, `${hours} h`)),
        ),
      ),
      h(
        'label',
        { class: 'wide' },
        'because ',
        h('input', { id: 'hold-reason', 'data-focus': 'reason', maxlength: '500', autocomplete: 'off' }),
      ),
    ),
    isQuarantined &&
      (keeps || hold !== null) &&
      h(
        'div',
        { class: 'order' },
        orderButton({ order: 'release', name, to: 'free' }, 'Release', 'Release'),
        h(
          'span',
          { class: 'quiet' },
          work.leases.length > 0
            ? 'It gives back what it leases, and stays in quarantine.'
            : 'It is no longer held, and stays in quarantine.',
        ),
      ),
    !isQuarantined &&
      hold !== null &&
      h(
        'div',
        { class: 'order' },
        orderButton({ order: 'release', name, to: 'free' }, 'Release as free', 'Release as free'),
        orderButton({ order: 'release', name, to: 'dirty' }, 'Release as dirty', 'Release as dirty'),
        h('span', { class: 'quiet' }, 'Dirty: it is built anew.'),
      ),
  );
}

/** @param {Story} story */
function facts({ type, state, owner, lastUpdate, expiration, hold, work }) {
  /** @type {(readonly [string, import('./dom.js').Child[]])[]} */
  const all = [
    [
      'Type',
      [
        h(
          'a',
          { href: `/console?type=${encodeURIComponent(type)}`, 'data-focus': 'type', 'data-go': true },
          type,
        ),
      ],
    ],
    ['State', [stateTag(state)]],
    ['Owner', [isOurs(owner) ? h('span', { class: 'quiet' }, 'Mason') : owner]],
    ['Changed', [time(lastUpdate)]],
    ['Lifespan ends', expiration === null ? [] : [time(expiration)]],
    [
      'Held for another',
      hold === null ? [] : [time(hold.until, 'left'), hold.reason === '' ? '' : `: ${hold.reason}`],
    ],
    ['Phase', [work?.phase ?? '']],
    ['Cycle', [work === null ? '' : work.cycle]],
    ['Waits for supply', work?.waitingSince == null ? [] : ['for ', time(work.waitingSince, 'for')]],
    ['Waits for a construct slot', work?.awaitsSlot === true ? ['yes'] : []],
    [
      'Under construction',
      work?.constructingSince == null ? [] : ['for ', time(work.constructingSince, 'for')],
    ],
    ['Claimed by a run until', work?.claimedUntil == null ? [] : [time(work.claimedUntil)]],
    ['Due', work?.dueAt == null ? [] : [time(work.dueAt)]],
    ['Failed attempts', work !== null && work.attempts > 0 ? [work.attempts] : []],
    ['Crashes', work !== null && work.crashes > 0 ? [work.crashes] : []],
    ['Ends', work?.doomed === true ? ['with a tombstone'] : []],
  ];
  return h(
    'dl',
    { class: 'facts' },
    ...all
      .filter(([, children]) => children.some((child) => child !== '' && child != null))
      .flatMap(([name, children]) => [h('dt', {}, name), h('dd', {}, ...children)]),
  );
}

/** @param {Story} story */
function leases({ heldBy, work }) {
  const leased = work?.leases ?? [];
  if (heldBy === null && leased.length === 0) return null;
  /** @param {string} name */
  const link = (name) =>
    h('a', { href: linkWith({ name }), 'data-go': true, 'data-focus': `link ${name}`, class: 'name' }, name);
  return h(
    'section',
    { 'aria-labelledby': 'leases-head' },
    h('h3', { id: 'leases-head' }, heldBy === null ? 'Made of' : 'Kept for'),
    h(
      'ul',
      { class: 'plain' },
      heldBy !== null && h('li', {}, link(heldBy)),
      ...leased.map(({ type, name }) => h('li', {}, link(name), ' ', h('span', { class: 'quiet' }, type))),
    ),
  );
}

/** @param {Story} story */
function timeline({ work }) {
  const history = [...(work?.history ?? [])].reverse();
  return h(
    'section',
    { 'aria-labelledby': 'timeline-head' },
    h('h3', { id: 'timeline-head' }, 'Timeline'),
    history.length === 0
      ? h('p', { class: 'empty' }, 'Mason has not worked on it, so there is no history.')
      : h(
          'ol',
          { class: 'timeline' },
          ...history.map(({ at, what }) =>
            h(
              'li',
              {},
              h('span', { class: 'what' }, what),
              h('span', { class: 'quiet' }, time(at), ` · ${absolute(at)}`),
            ),
          ),
        ),
  );
}

/** @param {Story} story @param {Session} session */
function userData({ name, userDataEntries }, session) {
  const head = h('h3', { id: 'userdata-head' }, 'User data');
  const entries = plural(userDataEntries, 'entry', 'entries');
  if (userDataEntries === 0)
    return h('section', { 'aria-labelledby': 'userdata-head' }, head, h('p', { class: 'empty' }, 'none'));
  if (!session.userData)
    return h(
      'section',
      { 'aria-labelledby': 'userdata-head' },
      head,
      h('p', { class: 'empty' }, `${entries}, not shown here: they may hold credentials.`),
    );
  if (revealed === null)
    return h(
      'section',
      { 'aria-labelledby': 'userdata-head' },
      head,
      h(
        'div',
        { class: 'order' },
        h(
          'button',
          { type: 'button', class: 'button', 'data-focus': 'reveal', click: () => void reveal(name) },
          `Show ${entries}`,
        ),
        h('span', { class: 'quiet' }, 'It may hold credentials; that you looked is written into the log.'),
      ),
    );
  return h(
    'section',
    { 'aria-labelledby': 'userdata-head' },
    head,
    h(
      'dl',
      { class: 'facts' },
      ...Object.entries(revealed.data).flatMap(([key, value]) => [
        h('dt', {}, key),
        h('dd', {}, h('pre', { tabindex: '0', role: 'group', 'aria-label': key }, value)),
      ]),
    ),
    h('button', { type: 'button', class: 'button', 'data-focus': 'reveal', click: hide }, 'Hide'),
  );
}

/** @param {string} name */
async function reveal(name) {
  try {
    const { userData: data } = await ask('userdata', { name });
    revealed = { name, data };
  } catch (error) {
    revealed = { name, data: { 'not shown': error instanceof Error ? error.message : String(error) } };
  }
  again();
}

function hide() {
  revealed = null;
  again();
}

/** @type {() => void} */
let again = () => undefined;
/** @param {() => void} show builds the drawer of what is known */
export function onReveal(show) {
  again = show;
}
