/** How each kind of member is named, in the order in which a bar shows them; `state`: by which they are found. */
export const SHOWN = /** @type {const} */ ([
  { what: 'free', name: 'free', state: 'free' },
  { what: 'inUse', name: 'in use', state: '' },
  { what: 'parked', name: 'parked', state: '' },
  { what: 'leased', name: 'leased', state: 'leased' },
  { what: 'working', name: 'being worked on', state: 'cleaning' },
  { what: 'waiting', name: 'waiting for supply', state: '' },
  { what: 'dirty', name: 'dirty', state: 'dirty' },
  { what: 'held', name: 'held', state: 'held' },
  { what: 'quarantined', name: 'in quarantine', state: 'quarantined' },
]);

/** @param {string} name of a variable of style.css */
export const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** @param {() => void} listener */
export function onTheme(listener) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', listener);
}
