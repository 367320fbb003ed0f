import type {
  GoogleAnswer,
  GoogleOptions,
  GoogleRequest,
} from '../../../shared/masonables/google/request.ts';
import type { World } from '../world.ts';
import type { Process } from '../worldProcess.ts';
import type { StandIn } from './standIn.ts';

export interface AroundCall {
  /** From 0. */
  readonly index: number;
  readonly options: GoogleOptions;
  /** Whose call it is. */
  readonly process: Process;
  /** Makes it; its answer reaches the process only if that lives. */
  make(): Promise<GoogleAnswer>;
}

/** The calls of a world's processes to a stand-in. */
export interface GcpCalls {
  readonly request: GoogleRequest;
  /** How many calls have been made, of all processes. */
  made(): number;
  /** Looks at each call before it is made, and may let something happen around it. */
  around: (call: AroundCall) => Promise<void> | void;
  /** How long each answer takes, in milliseconds of the world's time. */
  latencyMs: number;
}

/** @param place what there is once the first call is made */
export function createGcpCalls(place: () => { readonly world: World; readonly standIn: StandIn }): GcpCalls {
  let made = 0;
  const calls: GcpCalls = {
    made: () => made,
    around: () => undefined,
    latencyMs: 0,
    async request(options) {
      const { world, standIn } = place();
      const { process } = world;
      const index = made;
      made += 1;
      let answer: Promise<GoogleAnswer> | undefined;
      const make = (): Promise<GoogleAnswer> => (answer ??= standIn.request(options));
      if (calls.latencyMs > 0) await passed(world, calls.latencyMs);
      await calls.around({ index, options, process, make });
      if (process.isDead) return new Promise(() => undefined);
      return make();
    },
  };
  return calls;
}

const passed = ({ clock }: World, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });
