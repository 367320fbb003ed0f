import { gcpResourceConfigConverter } from '../../../shared/masonables/gcp-resource-config/gcpResourceConfig.ts';
import type { GoogleAnswer, GoogleOptions } from '../../../shared/masonables/google/request.ts';
import { createWorld, type World } from '../world.ts';
import { configOf, physical, type Entry } from '../worldConfig.ts';
import type { Process } from '../worldProcess.ts';
import { createStandIn, type StandIn } from './standIn.ts';

export interface GcpWorld {
  readonly world: World;
  readonly standIn: StandIn;
  /** How many calls have been made, of all processes. */
  made(): number;
  /** Looks at each call before it is made, and may let something happen around it. */
  around: (call: AroundCall) => Promise<void> | void;
}

export interface AroundCall {
  /** From 0. */
  readonly index: number;
  readonly options: GoogleOptions;
  /** Whose call it is. */
  readonly process: Process;
  /** Makes it; its answer reaches the process only if that lives. */
  make(): Promise<GoogleAnswer>;
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
  let made = 0;
  const world = createWorld({
    config: configOf(physical('project', projects), cluster),
    register(registry) {
      const request = (options: GoogleOptions): Promise<GoogleAnswer> => callOf(options);
      const parts = { request, now: () => world.clock.now(), random: () => 0.5 };
      registry.registerConfigConverter('GCPResourceConfig', gcpResourceConfigConverter(parts));
    },
  });
  const names = Array.from({ length: projects }, (_, index) => `project-${index + 1}`);
  const standIn = createStandIn(() => world.clock.now(), names);

  async function callOf(options: GoogleOptions): Promise<GoogleAnswer> {
    const { process } = world;
    const index = made;
    made += 1;
    let answer: Promise<GoogleAnswer> | undefined;
    const make = (): Promise<GoogleAnswer> => (answer ??= standIn.request(options));
    await gcp.around({ index, options, process, make });
    if (process.isDead) return new Promise(() => undefined);
    return make();
  }

  const gcp: GcpWorld = { world, standIn, made: () => made, around: () => undefined };
  return gcp;
}
