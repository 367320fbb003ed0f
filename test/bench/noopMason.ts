import { z } from 'zod';

import { createHandlers } from '../../functions/handlers.ts';
import type { Ledger } from '../../shared/ledger/port.ts';
import { constructed } from '../../shared/masonables/port.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import { DEFAULT_TIMING } from '../../shared/mason/timing.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { composeMason, openRegistry } from '../../shared/runtime/compose.ts';
import { openLocalLedger, openTopicsInProcess } from '../../shared/runtime/composeLocal.ts';
import { systemRandom } from '../../shared/runtime/random.ts';
import { TOPICS } from '../../shared/topics/port.ts';

/** A whole Mason in this process, as `npm start` runs it: its Masonable makes nothing, in no time. */
export interface NoopMason {
  readonly mason: Mason;
  readonly ledger: Ledger;
  /** What the Scheduler does; resolves when nothing of what follows from it is under way any more. */
  tick(topic?: 'sync' | 'janitor'): Promise<void>;
  /** How many members are free. */
  free(): Promise<number>;
  close(): Promise<void>;
}

/**
 * @param size members of its one type `virtual`, which need one physical resource each, of which there are as many
 * @param path of the ledger's file; `:memory:` keeps nothing
 */
export function openNoopMason(size: number, path: string): NoopMason {
  const surroundings = { clock: systemClock, random: systemRandom, log: () => undefined };
  const registry = openRegistry({ commands: false });
  registry.registerConfigConverter('Nothing', {
    content: z.strictObject({}),
    convert: () => ({ construct: () => Promise.resolve(constructed({})) }),
  });
  const ledger = openLocalLedger(path, surroundings);
  const topics = openTopicsInProcess(surroundings);
  const mason = composeMason({
    ...surroundings,
    ledger,
    topics,
    registry,
    config: { read: () => Promise.resolve({ file: 'bench.yaml', text: configOf(size) }) },
    timing: DEFAULT_TIMING,
    installation: 'bench',
    leaseExpiryMs: 1_800_000,
    requestTtlMs: 30_000,
  });
  const handlers = createHandlers(mason);
  for (const topic of TOPICS) topics.subscribe(topic, handlers[topic]);
  return {
    mason,
    ledger,
    async tick(topic = 'sync') {
      await topics.publish([{ topic, data: '*', attributes: {} }]);
      await topics.onIdle();
    },
    async free() {
      const pools = await ledger.views.pools();
      return pools.find(({ type }) => type === 'virtual')?.states['free'] ?? 0;
    },
    async close() {
      await topics.close();
      await ledger.close();
    },
  };
}

const configOf = (size: number): string => `resources:
- {type: physical, state: free, min-count: ${size}, max-count: ${size}, mason: {janitor: {type: None}}}
- type: virtual
  state: dirty
  min-count: ${size}
  max-count: ${size}
  needs: {physical: 1}
  config: {type: Nothing, content: "{}"}
  mason: {max-constructing: 1000}
`;
