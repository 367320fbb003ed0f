import * as z from 'zod';

import { createHandlers, type Handlers } from '../../../functions/handlers.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import { constructed, notYet } from '../../../shared/masonables/port.ts';
import type { Registry } from '../../../shared/masonables/registry.ts';
import type { Mason } from '../../../shared/mason/mason.ts';
import { DEFAULT_TIMING } from '../../../shared/mason/timing.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import { composeMason, openRegistry } from '../../../shared/runtime/compose.ts';
import type { Random } from '../../../shared/runtime/random.ts';
import type { Topics } from '../../../shared/topics/port.ts';

/** One process that runs the production code. */
export interface Works {
  readonly mason: Mason;
  readonly handlers: Handlers;
}

export interface WorksOptions {
  readonly ledger: Ledger;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly random: Random;
  /** Of the config file. */
  readonly config: string;
}

/** As a deployed function is put together, with a Masonable that makes nothing and takes its time. */
export function openWorks({ config, ...parts }: WorksOptions): Works {
  const mason = composeMason({
    ...parts,
    log: () => undefined,
    registry: registryWith(parts.clock),
    config: { read: () => Promise.resolve({ file: 'bench.yaml', text: config }) },
    timing: DEFAULT_TIMING,
    installation: 'bench',
    leaseExpiryMs: 1_800_000,
    requestTtlMs: 30_000,
  });
  return { mason, handlers: createHandlers(mason) };
}

function registryWith(clock: Clock): Registry {
  const registry = openRegistry({ commands: false });
  registry.registerConfigConverter('Patient', {
    content: z.strictObject({ ms: z.number(), againMs: z.number() }),
    convert: ({ ms, againMs }) => ({
      construct: (_resource, _leased, { checkpoint }) => {
        const doneAt = typeof checkpoint === 'number' ? checkpoint : clock.now() + ms;
        return Promise.resolve(
          clock.now() >= doneAt ? constructed({}) : notYet(doneAt, Math.min(againMs, doneAt - clock.now())),
        );
      },
    }),
  });
  return registry;
}
