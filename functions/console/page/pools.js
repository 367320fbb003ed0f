/** @import { Overview, Pool } from './types.ts' */
import { byId, h, keep, s, say } from './dom.js';
import { plural } from './format.js';
import { linkTo } from './place.js';
import { SHOWN } from './theme.js';

/** @param {Overview} overview @param {string} chosen the type that the plot shows */
export function showPools({ pools, morePools }, chosen) {
  const groups = [
    { kind: 'virtual', name: 'Virtual', pools: pools.filter(({ kind }) => kind === 'virtual') },
    { kind: 'physical', name: 'Physical', pools: pools.filter(({ kind }) => kind === 'physical') },
  ].filter((group) => group.pools.length > 0);
  keep(
    byId('pools'),
    groups.map(({ kind, name }) => ({ kind, name })),
    {
      key: ({ kind }) => kind,
      build: ({ kind, name }) =>
        h(
          'div',
          {},
          h('h3', { id: `pools-${kind}` }, name),
          h('ul', { class: 'pools', 'aria-labelledby': `pools-${kind}` }),
        ),
    },
  );
  for (const [index, group] of groups.entries()) {
    const list = byId('pools').children[index]?.querySelector('ul');
    if (list)
      keep(list, group.pools, { key: ({ type }) => type, build: (one) => pool(one, chosen), sees: chosen });
  }
  say('pools-note', noteOf(pools.length, morePools));
}

/** @param {number} shown @param {number} more */
const noteOf = (shown, more) =>
  shown === 0
    ? 'No config is in force yet: the first tick of sync reads it.'
    : more > 0
      ? `the first ${shown}, and ${more} more`
      : '';

/** @param {Pool} one @param {string} chosen */
function pool(one, chosen) {
  const { type, members, min, max, paused, removed, tended, kind } = one;
  const size = min === max ? `${min}` : `${min}–${max}`;
  const marks = [
    paused && 'paused',
    removed && 'leaving',
    !tended && (kind === 'virtual' ? 'not ours' : 'no janitor'),
  ].filter((mark) => typeof mark === 'string');
  return h(
    'li',
    { class: 'pool' },
    h(
      'div',
      { class: 'pool-name' },
      h(
        'a',
        {
          href: linkTo({ type }),
          'data-go': true,
          'data-focus': 'name',
          'aria-current': type === chosen ? 'true' : null,
          title: type,
        },
        type,
      ),
      ...marks.map((mark) => h('span', { class: 'tag' }, mark)),
    ),
    h(
      'div',
      { class: 'pool-size', title: `${plural(members, 'member')}; the config wants ${size}` },
      h('b', {}, members),
      ` of ${size}`,
    ),
    bar(one),
    h('ul', { class: 'chips', 'aria-label': `Members of ${type}` }, ...chips(one)),
  );
}

/** As long as the pool may be, with a mark at its min. @param {Pool} one */
function bar({ counts, members, min, max }) {
  const scale = Math.max(max, members, 1);
  /** @param {number} count */
  const percent = (count) => `${(100 * count) / scale}%`;
  let from = 0;
  const parts = SHOWN.flatMap(({ what, name }) => {
    const count = counts[what] ?? 0;
    if (count === 0) return [];
    const part = s(
      'rect',
      { x: percent(from), width: percent(count), height: '100%', class: `is-${what}` },
      s('title', {}, `${count} ${name}`),
    );
    from += count;
    return [part];
  });
  const missing = Math.max(0, min - members);
  const label = SHOWN.flatMap(({ what, name }) => {
    const count = counts[what] ?? 0;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  return s(
    'svg',
    { class: 'bar', role: 'img', 'aria-label': label.join(', ') || 'no member' },
    ...parts,
    missing > 0 &&
      s(
        'rect',
        { x: percent(members), width: percent(missing), height: '100%', class: 'is-missing' },
        s('title', {}, `${missing} missing`),
      ),
    min > 0 &&
      min < scale &&
      s('line', { x1: percent(min), x2: percent(min), y1: '0', y2: '100%', class: 'mark' }),
  );
}

/** @param {Pool} one */
function chips({ type, counts, min, members }) {
  const missing = Math.max(0, min - members);
  return [
    ...SHOWN.flatMap(({ what, name, state }) => {
      const count = counts[what] ?? 0;
      if (count === 0) return [];
      const text = [h('b', {}, count), ` ${name}`];
      const mark = h('span', { class: `swatch is-${what}`, 'aria-hidden': 'true' });
      return [
        h(
          'li',
          {},
          mark,
          state === ''
            ? h('span', {}, ...text)
            : h('a', { href: linkTo({ type, state }), 'data-go': true, 'data-focus': what }, ...text),
        ),
      ];
    }),
    missing > 0 &&
      h(
        'li',
        {},
        h('span', { class: 'swatch is-missing', 'aria-hidden': 'true' }),
        h('span', {}, h('b', {}, missing), ' missing'),
      ),
  ];
}
