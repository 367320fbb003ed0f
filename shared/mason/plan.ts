import type { FreeResource, Waiter } from '../ledger/port.ts';
import { isDry, type Memory } from './drySpells.ts';

export interface Market {
  /** Milliseconds since the epoch by the ledger's clock. */
  readonly at: number;
  /** Type → free resources, the longest unchanged first. */
  readonly free: Readonly<Record<string, readonly FreeResource[]>>;
  /** What is known of how the types yield; null: nothing, and then no reservation lapses. */
  readonly memory: Memory | null;
}

export type Verdict =
  { readonly kind: 'grant'; readonly resources: readonly string[] } | { readonly kind: 'wait' };

type Needs = Waiter['needs'];

export interface Plan {
  /** To be called for each waiter in the order in which they began to wait. */
  offer(waiter: Waiter): Verdict;
  /** Whether what nobody so far was granted or has reserved would do for these needs. */
  suffices(needs: Needs): boolean;
  /** Resources of the type that nobody so far was granted or has reserved. */
  left(type: string): number;
  /** Whether somebody so far could have used more of the type than was left for it. */
  isLacked(type: string): boolean;
}

/**
 * Who gets what. A waiter is granted all that it needs or nothing. What there is for one that can't be granted yet is
 * reserved, so that nobody behind it takes it away piece by piece. Its reservations lapse while a type that it lacks has
 * run dry: nothing then says that it will be served soon, and nobody is to wait for what it doesn't use. They revive
 * when that type yields. A user's request reserves, but is granted only inside its own call.
 */
export function planGrants({ at, free, memory }: Market): Plan {
  const left = new Map(Object.entries(free).map(([type, resources]) => [type, [...resources]]));
  const lackedTypes = new Set<string>();
  const available = (type: string): number => left.get(type)?.length ?? 0;

  const take = (needs: Needs): string[] =>
    Object.entries(needs).flatMap(([type, count]) =>
      (left.get(type)?.splice(0, count) ?? []).map(({ name }) => name),
    );

  const lackedBy = (needs: Needs): string[] =>
    Object.entries(needs)
      .filter(([type, count]) => available(type) < count)
      .map(([type]) => type);

  const hasLapsed = (waiter: Waiter, lacked: readonly string[]): boolean =>
    waiter.kind === 'virtual' &&
    memory !== null &&
    lacked.some((type) => isDry(memory, type, { ...waiter, at }));

  return {
    offer(waiter) {
      const lacked = lackedBy(waiter.needs);
      for (const type of lacked) lackedTypes.add(type);
      if (hasLapsed(waiter, lacked)) return { kind: 'wait' };
      const resources = take(waiter.needs);
      return waiter.kind === 'request' || lacked.length > 0 ? { kind: 'wait' } : { kind: 'grant', resources };
    },
    suffices: (needs) => lackedBy(needs).length === 0,
    left: available,
    isLacked: (type) => lackedTypes.has(type),
  };
}
