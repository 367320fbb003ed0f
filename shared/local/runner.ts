import { createHandlers } from '../../functions/handlers.ts';
import type { Ledger } from '../ledger/port.ts';
import { PHASES } from '../ledger/records.ts';
import type { Mason } from '../mason/mason.ts';
import type { Timing } from '../mason/timing.ts';
import type { Registry } from '../masonables/registry.ts';
import { composeMason, type Surroundings } from '../runtime/compose.ts';
import type { OpenBoskos } from '../runtime/composeBoskos.ts';
import { openTopicsInProcess } from '../runtime/composeLocal.ts';
import type { Tracer } from '../runtime/tracer.ts';
import type { OutgoingMessage } from '../topics/port.ts';
import type { DeadLetter } from '../api/asked.ts';
import type { Overview } from '../api/wire.ts';
import type { ConfigFile } from './configFile.ts';
import { describePools } from '../api/report/describePools.ts';
import { explain } from '../api/report/explain.ts';
import { judge, judgeSizes } from '../api/report/judge.ts';
import { stoppable } from './stoppable.ts';
import { createTicks } from './ticks.ts';

export interface RunnerOptions extends Surroundings {
  readonly ledger: Ledger;
  readonly registry: Registry;
  readonly config: ConfigFile;
  readonly tracer: Tracer;
  /** boskos: pools are kept at their size, and nobody works on their members. Null: everything. */
  readonly only: 'boskos' | null;
  /** Another server; undefined: the ranch, on the ledger. */
  readonly openBoskos: OpenBoskos | undefined;
  /** Milliseconds (see RanchOptions). */
  readonly leaseExpiryMs: number;
  /** See RanchOptions. */
  readonly reapStates?: readonly string[];
  /** Milliseconds (see RanchUsersOptions). */
  readonly requestTtlMs: number;
}

/** All functions in one process, or what `only` leaves of them. */
export interface Runner {
  readonly mason: Mason;
  /** Whether it keeps the pools at their size: over another server, that one does. */
  readonly keepsSizes: boolean;
  publish(message: OutgoingMessage): Promise<void>;
  /** The oldest first. */
  deadLetters(): readonly DeadLetter[];
  overview(): Promise<Overview>;
  /** Why it is not idle, with the last error of each resource that keeps it from that. */
  explain(): Promise<readonly string[]>;
  /** Does what the Scheduler does in the cloud, once a second. */
  start(): Promise<void>;
  /** @param listener called after each tick; `isWhole`: all of it was done */
  onTick(listener: (isWhole: boolean) => void): void;
  /** Begins nothing new, and resolves when what is under way has ended, or after `graceMs` milliseconds. */
  stop(graceMs: number): Promise<void>;
}

/**
 * One machine, one disk, nobody far away: so claims expire soon, and what a kill -9 interrupts goes on after 10 s.
 * An in-process message is lost only with its process, and the next start publishes all that is due.
 */
export const LOCAL_TIMING: Timing = {
  holdMs: 10_000,
  renewMs: 3_000,
  graceMs: 30_000,
  invocationMs: 530_000,
  waitMs: 600_000,
};

/** How often the ticks come: in the cloud it is every minute, but here somebody is watching. */
const TICK_MS = 1_000;

export function createRunner(options: RunnerOptions): Runner {
  const { ledger, registry, config, clock, log, only } = options;
  const stopping = new AbortController();
  const topics = openTopicsInProcess(options);
  const mason = composeMason({
    ...options,
    topics,
    registry: stoppable(registry, stopping.signal),
    timing: LOCAL_TIMING,
    installation: 'local',
    takesUp: only === null,
  });
  const handlers = createHandlers(mason);
  const ticks = createTicks({ topics, log, ticked: only === null ? ['sync', 'janitor'] : ['sync'] });
  for (const topic of PHASES) topics.subscribe(topic, only === null ? handlers[topic] : pass);
  topics.subscribe('sync', ticks.watch(handlers.sync));
  topics.subscribe('janitor', only === null ? ticks.watch(handlers.janitor) : pass);

  const overview = async (): Promise<Overview> => {
    const pools = describePools(await ledger.configs.types(), await mason.boskos.pools());
    const state = config.state();
    const sight = { pools, config: state, pending: topics.pending() };
    return { pools, verdict: only === null ? judge(sight) : judgeSizes(sight), config: state };
  };
  let cancelTick = (): void => undefined;
  const tickForEver = (): void => {
    ticks.tick();
    cancelTick = clock.after(TICK_MS, tickForEver);
  };
  return {
    mason,
    keepsSizes: options.openBoskos === undefined,
    overview,
    publish: (message) => topics.publish([message]),
    deadLetters: () =>
      topics.deadLetters().map(({ message: { topic, data }, deliveries, error }) => ({
        ...{ topic, data, deliveries, error },
      })),
    explain: async () => explain(ledger, await overview(), topics.deadLetters()),
    onTick: (listener) => {
      ticks.onDone(listener);
    },
    async start() {
      // What was published before is lost with the process that published it.
      if (only === null) await mason.engine.publish(await ledger.claims.unclaimed());
      tickForEver();
    },
    async stop(graceMs) {
      cancelTick();
      stopping.abort(new Error('Mason stops'));
      await withinTime(topics.close(), (elapsed) => clock.after(graceMs, elapsed));
    },
  };
}

/** What is due for a phase in a ledger that a Mason has worked on stays so, until there is a Mason again. */
const pass = (): Promise<void> => Promise.resolve();

async function withinTime(
  work: Promise<void>,
  startTimer: (elapsed: () => void) => () => void,
): Promise<void> {
  const elapsed = Promise.withResolvers<undefined>();
  const cancel = startTimer(() => {
    elapsed.resolve(undefined);
  });
  await Promise.race([work, elapsed.promise]);
  cancel();
}
