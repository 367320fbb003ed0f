import type { Wake } from '../ledger/port.ts';
import type { Component } from '../ledger/typeRecord.ts';

type Match = (component: Component) => Promise<readonly Wake[]>;

/** Looks of one call on behalf of others. Whoever asks after the last of them is found by the next matcher, or sync's. */
const MAX_LOOKS = 10;

/**
 * Of those in this process who ask for a component at the same time, one looks for all: who comes while it does has
 * written already what it is to see, and has it look once more. So a crowd that begins to wait doesn't stand in line at
 * the matcher's document, too.
 */
export function oneAtATime(match: Match): Match {
  const asked = new Map<string, boolean>();
  return async (component) => {
    const { id } = component;
    if (asked.has(id)) {
      asked.set(id, true);
      return [];
    }
    try {
      const granted: Wake[] = [];
      for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
        asked.set(id, false);
        granted.push(...(await match(component)));
        if (asked.get(id) === false) break;
      }
      return granted;
    } finally {
      asked.delete(id);
    }
  };
}
