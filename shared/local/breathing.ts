import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Ledger } from '../ledger/port.ts';

/** How long (ms) work may go on before timers, signals and requests get their turn. */
const TURN_MS = 20;

/**
 * The same ledger, but it lets the process breathe. SQLite has what is read before the promise is even returned, so one
 * thing can follow from the other without a pause: while writes did so, too, Ctrl-C, the table and the server were dead
 * for a minute with 10,000 resources.
 */
export function breathing(ledger: Ledger): Ledger {
  const breathe = createBreath();
  return {
    claims: breathingPart(ledger.claims, breathe),
    pools: breathingPart(ledger.pools, breathe),
    queue: breathingPart(ledger.queue, breathe),
    users: breathingPart(ledger.users, breathe),
    configs: breathingPart(ledger.configs, breathe),
    loans: breathingPart(ledger.loans, breathe),
    holds: breathingPart(ledger.holds, breathe),
    restores: breathingPart(ledger.restores, breathe),
    views: breathingPart(ledger.views, breathe),
    samples: breathingPart(ledger.samples, breathe),
    close: () => ledger.close(),
  };
}

function createBreath(): () => Promise<void> {
  let since = performance.now();
  let turn: Promise<void> | null = null;
  return async () => {
    if (performance.now() - since < TURN_MS) return;
    turn ??= nextTurn().then(() => {
      since = performance.now();
      turn = null;
    });
    await turn;
  };
}

/** All operations of a part of the ledger are asynchronous (see its port). */
function breathingPart<Part extends object>(part: Part, breathe: () => Promise<void>): Part {
  return new Proxy(part, {
    get(target, key) {
      const operation: unknown = Reflect.get(target, key);
      if (typeof operation !== 'function') return operation;
      return async (...parameters: unknown[]): Promise<unknown> => {
        await breathe();
        return Reflect.apply(operation, target, parameters) as unknown;
      };
    },
  });
}
