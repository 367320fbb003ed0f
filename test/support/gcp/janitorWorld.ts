import { gcpProjectCleaner } from '../../../shared/masonables/gcp-project/gcpProject.ts';
import type { Registry } from '../../../shared/masonables/registry.ts';
import { createWorld, type World } from '../world.ts';
import { configOf, physical } from '../worldConfig.ts';
import { createGcpCalls, type GcpCalls } from './gcpCalls.ts';
import { furnish } from './litter.ts';
import { createStandIn, type StandIn } from './standIn.ts';

export interface JanitorWorld extends GcpCalls {
  readonly world: World;
  readonly standIn: StandIn;
  /** How long each run of the cleaner that ended took, in milliseconds of the world's time. */
  readonly runs: number[];
}

/** The one project. */
export const PROJECT = 'project-1';

interface Options {
  /** Beside `type: GCPProject`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly mason?: Readonly<Record<string, unknown>>;
}

/**
 * A project, which GCPProject cleans, in a stand-in that lives in the world's time. Its user has it; `dirty` gives it back.
 * Google is faster than it is, so that a life has fewer calls that only look.
 */
export async function createJanitorWorld({ settings = {}, mason = {} }: Options = {}): Promise<JanitorWorld> {
  const janitor = { type: 'GCPProject', ...settings };
  const runs: number[] = [];
  const calls = createGcpCalls(() => janitorWorld);
  const world = createWorld({
    config: configOf(physical('project', 1, { mason: { janitor, ...mason } })),
    register(registry) {
      const parts = { request: calls.request, now: () => world.clock.now(), random: () => 0.5 };
      registerTimed(registry, { parts, runs, world: () => world });
    },
  });
  const standIn = createStandIn(() => world.clock.now(), [PROJECT]);
  standIn.knobs.clusterMs = 0;
  standIn.knobs.showsAfterMs = 0;
  standIn.knobs.deleteMs = 40_000;
  furnish(standIn, PROJECT);
  const janitorWorld: JanitorWorld = Object.assign(calls, { world, standIn, runs });
  await world.tick();
  await world.acquire('project');
  return janitorWorld;
}

interface Timed {
  readonly parts: Parameters<typeof gcpProjectCleaner>[0];
  readonly runs: number[];
  /** It is being made when the registry is. */
  readonly world: () => World;
}

function registerTimed(registry: Registry, { parts, runs, world }: Timed): void {
  const converter = gcpProjectCleaner(parts);
  registry.registerCleaner('GCPProject', {
    content: converter.content,
    convert: (settings) => {
      const cleaner = converter.convert(settings);
      return {
        clean: async (resource, context) => {
          const { clock } = world();
          const begin = clock.monotonic();
          try {
            return await cleaner.clean(resource, context);
          } finally {
            runs.push(clock.monotonic() - begin);
          }
        },
      };
    },
  });
}

/** Its user gives the project back; the janitor takes it at the next tick. */
export const giveBack = ({ world }: JanitorWorld): Promise<void> => world.release(PROJECT, 'dirty');
