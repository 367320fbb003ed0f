/** @import { DeadLetter, Overview, Quarantined, Session, Waiting } from './types.ts' */
import { byId, h, keep, say } from './dom.js';
import { plural, time } from './format.js';
import { orderButton } from './orders.js';
import { linkWith } from './place.js';

/** What wants a person's eye. @param {Overview} overview @param {Session} session */
export function showAttention({ quarantined, waiting, deadLetters }, session) {
  showList('quarantine', quarantined, {
    key: ({ name }) => name,
    build: (one) => inQuarantine(one, session),
    sees: session.actions,
    none: 'Nothing is in quarantine.',
  });
  say('quarantine-note', session.actions || quarantined.entries.length === 0 ? '' : 'orders are off here');
  showList('waiting', waiting, {
    key: ({ kind, type, name, state }) => `${kind} ${type} ${state ?? ''} ${name}`,
    build: inLine,
    none: 'Nobody waits.',
  });
  const [first] = waiting.entries;
  byId('waiting-note').replaceChildren(
    ...(first === undefined ? [] : ['the first for ', time(first.since, 'for')]),
  );
  showDeadLetters(deadLetters);
}

/**
 * @template Entry
 * @param {string} id
 * @param {{entries: readonly Entry[], more: boolean}} page
 * @param {{key: (entry: Entry) => string, build: (entry: Entry) => Element, none: string, sees?: unknown}} how
 */
function showList(id, { entries, more }, { none, ...how }) {
  const many = `${entries.length}${more ? '+' : ''}`;
  say(`${id}-count`, entries.length === 0 ? '' : many);
  byId(`${id}-count`).classList.toggle('is-some', entries.length > 0);
  const list = byId(id);
  /** @type {readonly (Entry | null)[]} */
  const shown = entries.length === 0 ? [null] : entries;
  keep(list, shown, {
    key: (entry) => (entry === null ? '' : how.key(entry)),
    build: (entry) => (entry === null ? h('li', { class: 'empty' }, none) : how.build(entry)),
    sees: how.sees,
  });
}

/** @param {Quarantined} one @param {Session} session */
function inQuarantine(one, session) {
  const { name, type, phase, reason, at, keepUntil, heldUntil, leases } = one;
  return h(
    'li',
    { class: 'entry' },
    h(
      'div',
      { class: 'entry-head' },
      h('a', { href: linkWith({ name }), 'data-go': true, 'data-focus': 'name', class: 'name' }, name),
      h('span', { class: 'quiet' }, type),
      phase !== null && h('span', { class: 'tag' }, phase),
      at !== null && h('span', { class: 'quiet end' }, time(at)),
    ),
    h('p', { class: 'reason' }, reason),
    h(
      'p',
      { class: 'quiet' },
      leases === 0 ? 'no leases' : plural(leases, 'lease'),
      ...(keepUntil === null ? [] : [', kept for another ', time(keepUntil, 'left')]),
      ...(heldUntil === null ? [] : [', held for another ', time(heldUntil, 'left')]),
    ),
    session.actions &&
      h(
        'div',
        { class: 'buttons' },
        orderButton({ order: 'retry', name }, `Retry ${name}`, 'Retry'),
        h(
          'a',
          {
            class: 'button',
            href: linkWith({ name }),
            'data-go': true,
            'data-focus': 'hold',
            'aria-label': `Hold ${name}…`,
          },
          'Hold…',
        ),
        h(
          'a',
          {
            class: 'button',
            href: linkWith({ name }),
            'data-go': true,
            'data-focus': 'release',
            'aria-label': `Release ${name}…`,
          },
          'Release…',
        ),
      ),
  );
}

/** @param {Waiting} one */
function inLine({ kind, name, type, state, since }) {
  return h(
    'li',
    { class: 'entry' },
    h(
      'div',
      { class: 'entry-head' },
      kind === 'virtual'
        ? h('a', { href: linkWith({ name }), 'data-go': true, 'data-focus': 'name', class: 'name' }, name)
        : h('span', { class: 'name' }, `request ${name}`),
      h('span', { class: 'quiet' }, kind === 'virtual' ? type : `a user, for ${type} ${state ?? ''}`),
      h('span', { class: 'end' }, time(since, 'for')),
    ),
  );
}

/** @param {Overview['deadLetters']} letters null: they can't be seen from here */
function showDeadLetters(letters) {
  say('dead-note', letters === null ? 'not seen from here' : '');
  showList('dead', letters ?? { entries: [], more: false }, {
    key: ({ topic, data, deliveries, error }) => `${topic} ${data} ${deliveries} ${error}`,
    build: deadLetter,
    none:
      letters === null
        ? 'Pub/Sub keeps them in the subscriptions mason-TOPIC-dead, where its alert looks, too.'
        : 'No message was given up.',
    sees: letters === null,
  });
}

/** @param {DeadLetter} letter */
function deadLetter({ topic, data, deliveries, error }) {
  return h(
    'li',
    { class: 'entry' },
    h(
      'div',
      { class: 'entry-head' },
      h('span', { class: 'tag' }, topic),
      h('a', { href: linkWith({ name: data }), 'data-go': true, 'data-focus': 'name', class: 'name' }, data),
      h('span', { class: 'quiet end' }, plural(deliveries, 'delivery', 'deliveries')),
    ),
    h('p', { class: 'reason' }, error),
  );
}
