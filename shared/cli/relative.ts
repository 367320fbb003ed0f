const UNITS = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
] as const;

/** A time as people say it: `12 s ago`, `in 3 min`. Both in ms since the epoch. */
export function relative(at: number, now: number): string {
  const apart = Math.abs(now - at);
  const unit = UNITS.find(({ ms }) => apart >= ms) ?? { ms: 1_000, name: 's' };
  const count = `${Math.floor(apart / unit.ms)} ${unit.name}`;
  if (apart < 1_000) return 'now';
  return at < now ? `${count} ago` : `in ${count}`;
}
