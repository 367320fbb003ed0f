import type { Random } from '../../shared/runtime/random.ts';

/** The same numbers and UUIDs for the same seed (mulberry32). */
export function createWorldRandom(seed: number): Random {
  let state = seed;
  const number = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(number() * 16).toString(16)).join('');
  const variant = (): string => (8 + Math.floor(number() * 4)).toString(16);
  return {
    number,
    uuid: () => [digits(8), digits(4), `4${digits(3)}`, variant() + digits(3), digits(12)].join('-'),
  };
}

/** In another order, decided by the numbers. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random.number() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
