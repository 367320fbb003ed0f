import type { FreeResource, Waiter } from '../ledger/port.ts';

export interface Market {
  /** Milliseconds since the epoch by the ledger's clock. */
  readonly at: number;
  /** Type → free resources, the longest unchanged first. */
  readonly free: Readonly<Record<string, readonly FreeResource[]>>;
  /** Type → when (ms) it last yielded a resource; a type that isn't there never did. */
  readonly yields: Readonly<Record<string, number>>;
}

export type Verdict =
  | { readonly kind: 'grant'; readonly resources: readonly string[] }
  /** `place`: how its patience changed; null: not. */
  | {
      readonly kind: 'wait';
      readonly place: { readonly patienceMs: number; readonly lapsed: boolean } | null;
    };

export interface Plan {
  /** To be called for each waiter in the order in which they began to wait. */
  offer(waiter: Waiter): Verdict;
  /** Nothing is left for whoever comes now. */
  isExhausted(): boolean;
  /** Resources of the type that nobody so far was granted or has reserved. */
  left(type: string): number;
}

/**
 * Who gets what. A waiter is granted all that it needs or nothing. What it can't use yet it reserves, so that nobody
 * behind it takes it away piece by piece. Its reservation of a type lapses while another type that it lacks has been
 * dry for longer than its patience: it could not use the one without the other anyway. The patience doubles at each
 * lapse, so that it can't be passed over for ever. A user's request reserves, but is granted only inside its own call.
 */
export function planGrants({ at, free, yields }: Market): Plan {
  const left = new Map(Object.entries(free).map(([type, resources]) => [type, [...resources]]));
  const available = (type: string): number => left.get(type)?.length ?? 0;

  const take = (type: string, count: number): string[] =>
    (left.get(type)?.splice(0, count) ?? []).map(({ name }) => name);

  const dryTypes = (waiter: Extract<Waiter, { kind: 'virtual' }>, lacking: readonly string[]): string[] => {
    const patience = waiter.lapsed ? waiter.patienceMs / 2 : waiter.patienceMs;
    return lacking.filter((type) => at - Math.max(yields[type] ?? 0, waiter.since) > patience);
  };

  const reserve = (waiter: Waiter, dry: readonly string[]): void => {
    for (const [type, count] of Object.entries(waiter.needs)) {
      if (dry.every((other) => other === type)) take(type, count);
    }
  };

  return {
    offer(waiter) {
      const lacking = Object.entries(waiter.needs)
        .filter(([type, count]) => available(type) < count)
        .map(([type]) => type);
      if (waiter.kind === 'request') {
        reserve(waiter, []);
        return { kind: 'wait', place: null };
      }
      if (lacking.length === 0) {
        return {
          kind: 'grant',
          resources: Object.entries(waiter.needs).flatMap(([type, count]) => take(type, count)),
        };
      }
      const dry = dryTypes(waiter, lacking);
      reserve(waiter, dry);
      return { kind: 'wait', place: placeAfter(waiter, dry.length > 0) };
    },
    isExhausted: () => [...left.values()].every((resources) => resources.length === 0),
    left: available,
  };
}

function placeAfter(
  { patienceMs, lapsed }: Extract<Waiter, { kind: 'virtual' }>,
  lapses: boolean,
): { patienceMs: number; lapsed: boolean } | null {
  if (lapses === lapsed) return null;
  return { patienceMs: lapses ? patienceMs * 2 : patienceMs, lapsed: lapses };
}

/** When each type last yielded: what the matchers before saw, and what is there now. */
export function yieldsSeen(
  before: Readonly<Record<string, number>>,
  free: Market['free'],
): Record<string, number> {
  const seen: Record<string, number> = { ...before };
  for (const [type, resources] of Object.entries(free)) {
    for (const { lastUpdate } of resources) seen[type] = Math.max(seen[type] ?? 0, lastUpdate);
  }
  return seen;
}
