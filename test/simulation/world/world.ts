import type { Instance } from '../core/instance.ts';
import type { Stage } from '../core/stage.ts';
import type { Act } from './swarm.ts';

/** What goes on on a stage, of one kind of Boskos. */
export interface World {
  readonly stage: Stage;
  /** Does what the world itself knows how to do; what concerns every stage is done by the simulator. */
  act(act: WorldAct, instance: Instance): Promise<void>;
  /** What must hold after each step and doesn't, a line each. */
  faults(): Promise<readonly string[]>;
  /** A process more. */
  start(): Instance;
  /** Starts one wherever none runs, as the cloud does when a message comes. */
  staff(): void;
  close(): Promise<void>;
}

/** Acts that need to know the Boskos. */
export type WorldAct = Extract<
  Act,
  | 'tick'
  | 'configure'
  | 'order'
  | 'retry'
  | 'hold'
  | 'wake'
  | 'acquire'
  | 'acquireParts'
  | 'release'
  | 'heartbeat'
  | 'vanish'
  | 'reset'
>;
