import type { Adoption, Fence, NewIntent, Wake } from '../../../shared/ledger/port.ts';
import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import { toTell } from '../../../shared/ledger/transitions/loans.ts';
import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { GOOD_END, GRACE_MS, LONG_MS, physical, virtual, withComponents, type World } from './world.ts';

/** Signs of life; longer than what a server's clock goes on by itself in a test. */
export const KEEP_MS = 600_000;
export const TELL_MS = 60_000;

export const PROJECT = physical('project', []);
export const CLUSTER = virtual('cluster', 0, { needs: { project: 1 } });

/** Puts the config in force and makes no pool: the members are another server's. */
export const mirror = (world: World, ...types: readonly TypeRecord[]): Promise<void> =>
  world.ledger.configs.store(withComponents(types));

export const intentOf = (owner: string, change: Partial<NewIntent> = {}): NewIntent => ({
  owner,
  type: 'cluster',
  state: 'dirty',
  dest: 'cleaning',
  name: null,
  kind: 'work',
  task: 'recycle',
  reason: 'dirty',
  ...change,
});

export const STOCK = {
  type: 'project',
  state: 'free',
  dest: 'leased',
  kind: 'stock',
  task: null,
  reason: 'supply',
} as const satisfies Partial<NewIntent>;

export const JANITOR = { type: 'project', task: 'janitor' } as const satisfies Partial<NewIntent>;

export const adoptionOf = (
  { owner, type, dest }: NewIntent,
  name: string,
  userData: Readonly<Record<string, string>> = {},
): Adoption => ({ owner, resource: { name, type, state: dest, userData, expiration: null } });

interface Lending {
  readonly name: string;
  /** Default: `OWNER of NAME`. */
  readonly owner?: string;
  readonly intent?: Partial<NewIntent>;
  readonly userData?: Readonly<Record<string, string>>;
}

/** A call that was noted and brought this. */
export async function lend(world: World, lending: Lending): Promise<readonly Wake[]> {
  const { name, owner = ownerOf(name), userData } = lending;
  const { loans } = world.ledger;
  const intent = intentOf(owner, lending.intent);
  await loans.intend([intent]);
  return loans.adopt([adoptionOf(intent, name, userData)], GRACE_MS, KEEP_MS);
}

export const ownerOf = (name: string): string => `loan of ${name}`;

export const lendStock = (world: World, name: string, owner?: string): Promise<readonly Wake[]> =>
  lend(world, { name, ...(owner !== undefined && { owner }), intent: STOCK });

/** What is due, and in which state the server is to get it back (null: it is kept). */
export async function told(world: World, limit = 100): Promise<Record<string, string | null>> {
  const due = await world.ledger.loans.due({ limit, keepMs: KEEP_MS, tellMs: TELL_MS });
  return Object.fromEntries(due.map((record) => [record.name, toTell(record)]));
}

/** Ends the loans of these, as when the server has been told. */
export async function end(world: World, ...names: readonly string[]): Promise<void> {
  const records = await Promise.all(names.map((name) => world.record(name)));
  await world.ledger.loans.end(records.map(({ name, loan }) => ({ name, owner: loan?.owner ?? '' })));
}

/** A run of each phase in its turn, until it is due for `clean` with what it leases. */
export async function leaseAll(world: World, name: string): Promise<void> {
  await world.end(await world.begin(name), GOOD_END.recycle);
  await world.end(await world.begin(name), GOOD_END.fulfill);
}

export async function constructAndFree(world: World, name: string): Promise<void> {
  await world.end(await world.begin(name), GOOD_END.clean);
  await world.end(await world.begin(name), GOOD_END.free);
}

/** A cluster `c` that was built with the project `p` and freed, of which the server is to be told. */
export async function giveBack(world: World): Promise<ResourceRecord> {
  await mirror(world, PROJECT, CLUSTER);
  await lend(world, { name: 'c' });
  await lendStock(world, 'p');
  await leaseAll(world, 'c');
  await constructAndFree(world, 'c');
  return world.record('c');
}

/** The same, and the server has been told. */
export async function givenBack(world: World): Promise<ResourceRecord> {
  const freed = await giveBack(world);
  await end(world, 'c', 'p');
  return freed;
}

/** A run that ends badly, for good. */
export const giveUp = (world: World, run: Fence): Promise<unknown> =>
  world.end(run, { kind: 'failed', message: 'no', retryInMs: null });

/** Lets every place in time pass that a loan or a config could have. */
export const later = (world: World): void => {
  world.advance(LONG_MS);
};
