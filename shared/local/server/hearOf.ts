import { setTimeout as delay } from 'node:timers/promises';

import type { Event, Events } from '../events.ts';

export interface Hearing {
  readonly phase: string;
  readonly name: string;
  /** How long (ms) to listen. */
  readonly ms: number;
}

/** What a function says at once to an order for one resource. */
const REPLIES: readonly string[] = ['ordered', 'order-refused', 'refused'];

/**
 * An order is answered before anything is done, so its fate is known only from the log. The person who gave it is still
 * there: resolves with the first reply, or with null if the function says nothing in time, which is mostly because it works.
 */
export async function hearOf(events: Events, { phase, name, ms }: Hearing): Promise<Event | null> {
  const heard = Promise.withResolvers<Event>();
  const unsubscribe = events.subscribe((event) => {
    if (event.resource !== name || !REPLIES.includes(event.event)) return;
    if (event.phase === undefined || event.phase === phase) heard.resolve(event);
  });
  const settled = new AbortController();
  const silence = delay(ms, null, { signal: settled.signal }).catch(() => null);
  try {
    return await Promise.race([heard.promise, silence]);
  } finally {
    unsubscribe();
    settled.abort();
  }
}
