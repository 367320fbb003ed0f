import type { TakeOrder } from '../../../shared/ledger/port.ts';
import type { Phase } from '../../../shared/ledger/records.ts';
import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { physical, virtual, withComponents, type World } from '../../contract/ledger/world.ts';

/** One operation that writes. */
export interface Operation {
  readonly name: string;
  /** Whether it is another way of what stands in the table already: then the faults that tell the most are enough. */
  readonly isVariant?: boolean;
  /** Brings an empty ledger to where the operation has something to do. @returns the operation itself */
  prepare(world: World): Promise<Act>;
  /** Tells how often it was applied. */
  count(world: World): Promise<unknown>;
  /** What `count` finds when it was applied once. */
  readonly once: unknown;
}

export type Act = () => Promise<unknown>;

// ---- what is counted

/** These fields of Mason's part. */
export const workOf =
  (name: string, ...fields: readonly string[]): Operation['count'] =>
  async (world) => {
    const { work } = await world.work(name);
    return Object.fromEntries(Object.entries(work).filter(([field]) => fields.includes(field)));
  };

export const historyOf =
  (name: string): Operation['count'] =>
  async (world) =>
    (await world.work(name)).work.history.map(({ what }) => what);

/** State → how many of the type. */
export const statesOf =
  (type: string): Operation['count'] =>
  async (world) =>
    (await world.ledger.users.metric(type))?.current ?? {};

export const bearerOf =
  (name: string): Operation['count'] =>
  async (world) => {
    const { state, owner } = await world.record(name);
    return { state, owner };
  };

// ---- what they begin with

export const PROJECTS = physical('project', 3);
export const CLUSTER = virtual('cluster', ['c'], { needs: { project: 1 } });

/** One cluster that is due for this phase, or free, and a project for it and two more. */
export async function cluster(world: World, to: Phase | 'done'): Promise<void> {
  await world.configure(PROJECTS, CLUSTER);
  await world.bring('c', to);
}

/** Puts the config in force, and leaves the pools as they are. */
export const store = (world: World, ...types: readonly TypeRecord[]): Promise<void> =>
  world.ledger.configs.store(withComponents(types));

export const keepSize = (world: World, type: string) => world.ledger.pools.keepSize(type, world.order());

export const takeOrder = (world: World, type: string): TakeOrder => ({ type, limit: 10, ...world.order() });
