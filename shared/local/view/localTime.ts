/** The time of day here, for what happened just now: `09:05:07`. `at` in ms since the epoch. */
export const clockTime = (at: number): string => {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
};

/** Day and time here, for people; programs get theirs in UTC: `2026-03-12 09:05:07`. `at` in ms since the epoch. */
export const localTime = (at: number): string => {
  const date = new Date(at);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-');
  return `${day} ${clockTime(at)}`;
};

const twoDigits = (part: number): string => String(part).padStart(2, '0');
