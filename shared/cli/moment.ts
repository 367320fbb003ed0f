import { localTime } from '../local/view/localTime.ts';
import { relative } from './relative.ts';

/** A time for people: here, and how long ago: `2026-03-12 09:05:07 (3 min ago)`. `now` in ms since the epoch. */
export const moment = (iso: string, now: number): string => {
  const at = Date.parse(iso);
  return `${localTime(at)} (${relative(at, now)})`;
};
