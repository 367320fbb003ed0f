import { h } from './dom.js';

/** By how much (ms) the server's clock is ahead of ours. */
let aheadMs = 0;

/** @param {string | null} date the Date header of an answer, in whole seconds */
export function hearTime(date) {
  const server = Date.parse(date ?? '');
  if (Number.isNaN(server)) return;
  const ahead = server + 500 - Date.now();
  // A header says whole seconds: smaller differences are none.
  if (Math.abs(ahead - aheadMs) > 1_500) aheadMs = ahead;
}

/** The server's time, in milliseconds since the epoch. */
export const now = () => Date.now() + aheadMs;

/** @type {readonly (readonly [number, string])[]} */
const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** @param {number} ms */
export function duration(ms) {
  const size = Math.abs(ms);
  for (const [index, [unit, name]] of UNITS.entries()) {
    if (size < unit && index < UNITS.length - 1) continue;
    const whole = Math.floor(size / unit);
    const [below, belowName] = UNITS[index + 1] ?? [0, ''];
    const rest = below > 0 && whole < 10 && unit > 60_000 ? Math.floor((size % unit) / below) : 0;
    return `${whole} ${name}${rest > 0 ? ` ${rest} ${belowName}` : ''}`;
  }
  return '0 s';
}

/** @param {number} at @param {string | undefined} kind */
function relative(at, kind) {
  const passed = now() - at;
  if (kind === 'for') return duration(Math.max(0, passed));
  if (kind === 'left') return duration(Math.max(0, -passed));
  if (Math.abs(passed) < 1_000) return 'now';
  return passed > 0 ? `${duration(passed)} ago` : `in ${duration(passed)}`;
}

const ABSOLUTE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** @param {number} at */
export const absolute = (at) => ABSOLUTE.format(at);

/**
 * A time as people say it; the exact one is in its title.
 *
 * @param {number} at milliseconds since the epoch
 * @param {'ago' | 'for' | 'left'} kind `for`: how long it has lasted; `left`: how long it will
 */
export const time = (at, kind = 'ago') =>
  h(
    'time',
    { datetime: new Date(at).toISOString(), title: absolute(at), 'data-at': at, 'data-kind': kind },
    relative(at, kind),
  );

/** Lets all times that are shown go on. */
export function tickTimes() {
  for (const element of document.querySelectorAll('time[data-at]')) {
    if (!(element instanceof HTMLElement)) continue;
    const text = relative(Number(element.dataset['at']), element.dataset['kind']);
    if (element.textContent !== text) element.textContent = text;
  }
}

/** @param {number} count @param {string} one @param {string} many */
export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
