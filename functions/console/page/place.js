/** @import { Place } from './types.ts' */

const KEYS = /** @type {const} */ (['type', 'state', 'phase', 'q', 'after', 'name']);

/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {Place} where the page is, as its URL says */
export function place() {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(
    KEYS.flatMap((key) => {
      const value = query.get(key) ?? '';
      return value === '' ? [] : [[key, value]];
    }),
  );
}

/** @param {Place} wanted */
export function linkTo(wanted) {
  const query = new URLSearchParams(
    KEYS.flatMap((key) => {
      const value = wanted[key] ?? '';
      return value === '' ? [] : [[key, value]];
    }),
  ).toString();
  return query === '' ? '/console' : `/console?${query}`;
}

/** The present place with something else. @param {Place} change an empty text takes a key away */
export const linkWith = (change) => linkTo({ ...place(), ...change });

/**
 * @param {string} href
 * @param {{replaces?: boolean}} how `replaces`: the back button is to pass over the present place
 */
export function go(href, { replaces = false } = {}) {
  if (href !== `${location.pathname}${location.search}`) {
    if (replaces) history.replaceState(null, '', href);
    else history.pushState(null, '', href);
  }
  tell();
}

/** @param {() => void} listener */
export function onMove(listener) {
  listeners.add(listener);
}

/** Links with data-go change the place without loading the page again. */
export function followLinks() {
  addEventListener('popstate', tell);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-go]') : null;
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (link === null || !isPlain || event.defaultPrevented) return;
    event.preventDefault();
    go(link.getAttribute('href') ?? '/console');
  });
}

function tell() {
  for (const listener of listeners) listener();
}
