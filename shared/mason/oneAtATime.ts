import type { Wake } from '../ledger/port.ts';
import type { Component } from '../ledger/typeRecord.ts';

/** @param granted gets whom it grants, each at once: a fault after that takes nothing back */
export type Match = (component: Component, granted: Wake[]) => Promise<void>;

/** Looks of one call on behalf of others. Whoever asks after the last of them is found by the next matcher, or sync's. */
const MAX_LOOKS = 10;

/**
 * Of those in this process who ask for a component at the same time, one looks for all: who comes while it does has
 * written already what it is to see, and has it look once more, at the component as he knows it: by an older config
 * another type may have been left out. So a crowd that begins to wait doesn't stand in line at the matcher's document, too.
 */
export function oneAtATime(match: Match): Match {
  const asked = new Map<string, Component | null>();
  return async (component, granted) => {
    const { id } = component;
    if (asked.has(id)) {
      asked.set(id, component);
      return;
    }
    try {
      let next: Component | null = component;
      for (let looks = 0; next !== null && looks < MAX_LOOKS; looks += 1) {
        asked.set(id, null);
        await match(next, granted);
        next = asked.get(id) ?? null;
      }
    } finally {
      asked.delete(id);
    }
  };
}
