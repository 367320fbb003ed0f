import { gcpResourceConfigConverter } from '../../../shared/masonables/gcp-resource-config/gcpResourceConfig.ts';
import { createWorld, type World } from '../world.ts';
import { configOf, physical, type Entry } from '../worldConfig.ts';
import { createGcpCalls, type GcpCalls } from './gcpCalls.ts';
import { createStandIn, type StandIn } from './standIn.ts';

export interface GcpWorld extends GcpCalls {
  readonly world: World;
  readonly standIn: StandIn;
}

interface Options {
  readonly content: string;
  /** How many projects each needs (default: 1), and how many there are (default: 4). */
  readonly need?: number;
  readonly projects?: number;
  readonly min?: number;
  readonly mason?: Readonly<Record<string, unknown>>;
}

/** The type `cluster`, built by GCPResourceConfig in projects (`project-1`…) of a stand-in that lives in the world's time. */
export function createGcpWorld({ content, need = 1, projects = 4, min = 1, mason }: Options): GcpWorld {
  const cluster: Entry = {
    type: 'cluster',
    state: 'dirty',
    'min-count': min,
    'max-count': min,
    needs: { project: need },
    config: { type: 'GCPResourceConfig', content },
    ...(mason && { mason }),
  };
  const calls = createGcpCalls(() => gcp);
  const world = createWorld({
    config: configOf(physical('project', projects), cluster),
    register(registry) {
      const parts = { request: calls.request, now: () => world.clock.now(), random: () => 0.5 };
      registry.registerConfigConverter('GCPResourceConfig', gcpResourceConfigConverter(parts));
    },
  });
  const names = Array.from({ length: projects }, (_, index) => `project-${index + 1}`);
  const standIn = createStandIn(() => world.clock.now(), names);
  const gcp: GcpWorld = Object.assign(calls, { world, standIn });
  return gcp;
}
