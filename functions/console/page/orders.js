/** @import { Order, Session } from './types.ts' */
import { give } from './api.js';
import { byId, h } from './dom.js';

/** @type {{session: Session | null, done: () => void}} */
const parts = { session: null, done: () => undefined };

/** @param {Session} session @param {() => void} done called after each order, whatever came of it */
export function takeOrders(session, done) {
  Object.assign(parts, { session, done });
}

/** @param {Order} order @param {string} label @param {string} text */
export const orderButton = (order, label, text) =>
  h(
    'button',
    {
      type: 'button',
      class: 'button',
      'aria-label': label,
      'data-focus': `${order.order}${order.order === 'release' ? order.to : ''}`,
      click: ({ currentTarget }) => void obey(order, currentTarget),
    },
    text,
  );

/** @param {Order} order @param {EventTarget | null} button that is not to be pressed twice */
export async function obey(order, button) {
  const { session, done } = parts;
  if (session === null) return;
  if (button instanceof HTMLButtonElement) button.disabled = true;
  try {
    await give(session, order);
    tell(DONE[order.order](subjectOf(order)), false);
  } catch (error) {
    tell(`${subjectOf(order)}: ${error instanceof Error ? error.message : String(error)}`, true);
  }
  if (button instanceof HTMLButtonElement) button.disabled = false;
  done();
}

/** A resource's name, or a type. @param {Order} order */
const subjectOf = (order) => ('type' in order ? order.type : order.name);

/** @type {Readonly<Record<Order['order'], (subject: string) => string>>} */
const DONE = {
  retry: (name) => `${name} is out of quarantine.`,
  hold: (name) => `${name} is held.`,
  release: (name) => `${name} is released.`,
  pause: (type) => `${type} is paused.`,
  resume: (type) => `${type} goes on within a minute.`,
};

const SHOWN_MS = 8_000;
let timer = 0;

/** @param {string} text @param {boolean} isFault */
function tell(text, isFault) {
  const said = byId('said');
  const open = document.querySelector('dialog[open]');
  // Behind a modal dialog nothing is read out.
  (open ?? document.body).append(said);
  said.textContent = text;
  said.classList.toggle('is-fault', isFault);
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    said.textContent = '';
  }, SHOWN_MS);
}
