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
import { TOPICS, type Topics } from '../../shared/topics/port.ts';
import { noopConfig } from './noopConfig.ts';

export const SURROUNDINGS = { clock: systemClock, random: systemRandom, log: () => undefined };

/** A Mason whose Masonable makes nothing, in no time. */
export function composeNoop(parts: {
  readonly ledger: Ledger;
  readonly topics: Pick<Topics, 'publish'>;
  /** As noopConfig makes it. */
  readonly config: string;
}): Mason {
  const registry = openRegistry({ commands: false });
  registry.registerConfigConverter('Instant', {
    content: z.strictObject({}),
    convert: () => ({ construct: () => Promise.resolve(constructed({})) }),
  });
  return composeMason({
    ...SURROUNDINGS,
    ledger: parts.ledger,
    topics: parts.topics,
    registry,
    config: { read: () => Promise.resolve({ file: 'bench.yaml', text: parts.config }) },
    timing: DEFAULT_TIMING,
    installation: 'bench',
    leaseExpiryMs: 1_800_000,
    requestTtlMs: 30_000,
  });
}

/** A whole Mason in this process, as `npm start` runs it. */
export interface NoopMason {
  readonly mason: Mason;
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
  const ledger = openLocalLedger(path, SURROUNDINGS);
  const topics = openTopicsInProcess(SURROUNDINGS);
  const mason = composeNoop({ ledger, topics, config: noopConfig({ members: size, supply: size }) });
  const handlers = createHandlers(mason);
  for (const topic of TOPICS) topics.subscribe(topic, handlers[topic]);
  return {
    mason,
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
