import { z } from 'zod';

import { createHistograms } from '../../../shared/local/boskos/histograms.ts';
import { listenForBoskos } from '../../../shared/local/boskos/listenForBoskos.ts';
import { createEvents, type Event, type Events } from '../../../shared/local/events.ts';
import type { Overview, Pool } from '../../../shared/api/wire.ts';
import { orderedOf } from '../../../shared/local/orderedOf.ts';
import { createRunner, type Runner } from '../../../shared/local/runner.ts';
import { HEALTH } from '../../../shared/local/server/health.ts';
import { openServer, type LocalServer } from '../../../shared/local/server/openServer.ts';
import { createRoutes } from '../../../shared/api/routes.ts';
import type { Canvas } from '../../../shared/local/view/renderPools.ts';
import { unpainted } from '../../../shared/local/view/paint.ts';
import type { Construction, Masonable } from '../../../shared/masonables/port.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { openRegistry } from '../../../shared/runtime/compose.ts';
import { openLocalLedger } from '../../../shared/runtime/composeLocal.ts';
import { measuredTracer } from '../../../shared/runtime/measuredTracer.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { silentTracer } from '../../../shared/runtime/tracer.ts';

/** A pool in which nothing is to be done. */
export const pool = (given: Partial<Pool> = {}): Pool => ({
  type: 'cluster',
  kind: 'virtual',
  min: 3,
  max: 3,
  members: 3,
  free: 3,
  inUse: 0,
  parked: 0,
  leased: 0,
  dirty: 0,
  waiting: 0,
  quarantined: 0,
  held: 0,
  phases: {},
  unknown: 0,
  atSize: true,
  paused: false,
  pausedBy: null,
  removed: false,
  tended: true,
  ...given,
});

export const projects = (given: Partial<Pool> = {}): Pool =>
  pool({ type: 'project', kind: 'physical', ...given });

export const overview = (given: Partial<Overview> = {}): Overview => ({
  pools: [pool()],
  verdict: { kind: 'idle', reasons: [] },
  config: { file: 'mason.yaml', faults: [] },
  ...given,
});

export const event = (given: Partial<Event> = {}): Event => ({
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  severity: 'INFO',
  event: 'constructed',
  message: 'cluster-1: clean done',
  type: 'cluster',
  ...given,
});

/** Without colours. */
export const canvas = (columns: number): Canvas => ({ columns, paint: unpainted });

/** Two clusters, each made of a project by the Masonable that the test brings. */
export const TWO_CLUSTERS = `resources:
  - type: cluster
    state: dirty
    names: [cluster-1, cluster-2]
    needs: {project: 1}
    config: {type: Tested, content: ""}
    mason: {max-attempts: 1}
  - type: project
    names: [project-1, project-2, project-3]
    mason: {janitor: {type: None}}
`;

export interface TestMason {
  readonly runner: Runner;
  readonly events: Events;
  readonly server: LocalServer;
  /** What its config file says from now on. */
  setConfig(text: string): void;
  /** What its config's faults are. */
  setFaults(faults: readonly string[]): void;
  close(): Promise<void>;
}

const constructAtOnce = async (): Promise<Construction> => ({ done: true, userData: { token: 'secret-1' } });

/** The real runner and server in this process, on a ledger in memory, with ticks that come every few milliseconds. */
export async function openTestMason(
  given: { readonly config?: string; readonly masonable?: Masonable; readonly only?: 'boskos' } = {},
): Promise<TestMason> {
  let text = given.config ?? TWO_CLUSTERS;
  let faults: readonly string[] = [];
  const clock = {
    ...systemClock,
    after: (ms: number, action: () => void) => systemClock.after(ms === 1_000 ? 5 : ms, action),
  };
  const events = createEvents(() => clock.now());
  const registry = openRegistry({ commands: false });
  registry.registerConfigConverter('Tested', {
    content: z.strictObject({}),
    convert: () => given.masonable ?? { construct: constructAtOnce },
  });
  const surroundings = { clock, random: systemRandom, log: events.log };
  // Ticks come so fast that one is always under way, were each commit to wait for its turn.
  const ledger = openLocalLedger(':memory:', { ...surroundings, sharesCommits: false });
  const config = {
    read: () => Promise.resolve({ file: 'mason.yaml', text }),
    state: () => ({ file: 'mason.yaml', faults }),
  };
  const histograms = createHistograms();
  const tracer = measuredTracer(silentTracer(systemRandom), {
    clock,
    onRun: (run) => {
      histograms.ran(run);
    },
  });
  const runner = createRunner({
    ...surroundings,
    ledger,
    registry,
    config,
    tracer,
    openBoskos: undefined,
    only: given.only ?? null,
    leaseExpiryMs: 1_800_000,
    requestTtlMs: 30_000,
  });
  const boskos = listenForBoskos(runner.mason, { clock, histograms });
  const server = await openServer(0, [HEALTH, ...createRoutes(orderedOf(runner, { events, ms: 300 }))], {
    log: events.log,
    boskos,
  });
  return {
    runner,
    events,
    server,
    setConfig(next) {
      text = next;
    },
    setFaults(next) {
      faults = next;
    },
    async close() {
      await runner.stop(1_000);
      await server.close();
      await ledger.close();
    },
  };
}

/** Resolves at the end of the first tick after which the condition holds. */
export async function untilTick(runner: Runner, isTrue: (now: Overview) => boolean): Promise<Overview> {
  const held = Promise.withResolvers<Overview>();
  runner.onTick(() => {
    runner.overview().then((now) => {
      if (isTrue(now)) held.resolve(now);
    }, held.reject);
  });
  return held.promise;
}

export const isIdle = ({ verdict }: Overview): boolean => verdict.kind === 'idle';
