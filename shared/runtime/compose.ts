import { openRanch } from '../boskos/ranch/openRanch.ts';
import { ranchUsers } from '../boskos/ranch/ranchUsers.ts';
import type { Ledger } from '../ledger/port.ts';
import { openSqliteLedger } from '../ledger/sqlite/openSqliteLedger.ts';
import type { ConfigSource } from '../config/source.ts';
import { createEngine } from '../mason/engine.ts';
import type { Mason } from '../mason/mason.ts';
import { createMasonry } from '../mason/masonry.ts';
import { createMatcher } from '../mason/matcher.ts';
import type { Timing } from '../mason/timing.ts';
import { commandCleaner, commandConverter } from '../masonables/command/command.ts';
import { noneCleaner } from '../masonables/none/none.ts';
import { createRegistry, type Registry } from '../masonables/registry.ts';
import { openLocalTopics, type LocalTopics } from '../topics/local/localTopics.ts';
import type { Topics } from '../topics/port.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { Random } from './random.ts';

export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface MasonOptions extends Surroundings {
  readonly ledger: Ledger;
  readonly topics: Topics;
  readonly registry: Registry;
  readonly config: ConfigSource;
  readonly timing: Timing;
  /** Names this Mason in the owners of its leases. */
  readonly installation: string;
  /** Milliseconds (see RanchOptions). */
  readonly leaseExpiryMs: number;
  /** Milliseconds (see RanchUsersOptions). */
  readonly requestTtlMs: number;
}

/** Puts a Mason together from its adapters. */
export function composeMason(options: MasonOptions): Mason {
  const { ledger, topics, registry, timing, clock, random, log } = options;
  const newName = (): string => random.uuid();
  const boskos = openRanch({
    ledger,
    newName,
    graceMs: timing.graceMs,
    installation: options.installation,
    leaseExpiryMs: options.leaseExpiryMs,
  });
  const matcher = createMatcher({ ledger, boskos });
  const engine = createEngine({ ledger, boskos, topics, matcher, clock, random, log, timing });
  const users = ranchUsers({
    ledger,
    newName,
    requestTtlMs: options.requestTtlMs,
    reservedAhead: (component, place) => matcher.reservedAhead(component, place),
    onYield: async (types) => engine.publish(await matcher.look(types)),
  });
  const known = { masonables: registry.masonableSchemas(), cleaners: registry.cleanerSchemas() };
  return {
    ledger,
    boskos,
    users,
    engine,
    matcher,
    masonry: createMasonry({ ledger, makers: registry }),
    config: options.config,
    known,
    log,
  };
}

/** @param commands whether `Command` is switched on: whoever writes the config can then run programs here */
export function openRegistry({ commands }: { readonly commands: boolean }): Registry {
  const registry = createRegistry();
  registry.registerCleaner('None', noneCleaner);
  if (commands) {
    registry.registerConfigConverter('Command', commandConverter());
    registry.registerCleaner('Command', commandCleaner());
  }
  return registry;
}

/** @param path a file, or `:memory:` */
export function openLocalLedger(
  path: string,
  { clock, random }: Pick<Surroundings, 'clock' | 'random'>,
): Ledger {
  return openSqliteLedger({ path, now: () => clock.now(), random: () => random.number() });
}

/** How the local topics are set: Pub/Sub's own figures, but impatient, since nothing is far away. */
export function openTopicsInProcess(surroundings: Surroundings): LocalTopics {
  return openLocalTopics({
    ...surroundings,
    concurrency: 64,
    maxDeliveries: 10,
    minBackoffMs: 100,
    maxBackoffMs: 10_000,
  });
}
