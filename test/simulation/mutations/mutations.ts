import type { BoskosClient } from '../../../shared/boskos/http/client/client.ts';
import { toTell } from '../../../shared/ledger/transitions/loans.ts';
import type { Fence, Ledger } from '../../../shared/ledger/port.ts';
import type { Sabotage } from '../core/house.ts';
import type { BoskosKind } from '../simulate.ts';

/** A safety mechanism, and how it is turned off. */
export interface Mutation {
  /** What is off. */
  readonly name: string;
  readonly boskos: BoskosKind;
  readonly sabotage: Sabotage;
  /** Why the simulator can't break anything without it; null: it must. */
  readonly harmless: string | null;
}

type Ports = Partial<{ [Port in Exclude<keyof Ledger, 'close'>]: (ledger: Ledger) => Partial<Ledger[Port]> }>;

/** The same ledger with some operations replaced. */
const withPorts =
  (ports: Ports) =>
  (ledger: Ledger): Ledger => ({
    ...ledger,
    claims: { ...ledger.claims, ...ports.claims?.(ledger) },
    pools: { ...ledger.pools, ...ports.pools?.(ledger) },
    queue: { ...ledger.queue, ...ports.queue?.(ledger) },
    users: { ...ledger.users, ...ports.users?.(ledger) },
    configs: { ...ledger.configs, ...ports.configs?.(ledger) },
    loans: { ...ledger.loans, ...ports.loans?.(ledger) },
  });

/** The token that the record has by now: whoever writes passes for who has it. */
async function refreshed({ views }: Ledger, { name, token }: Fence): Promise<Fence> {
  return { name, token: (await views.record(name))?.work?.token ?? token };
}

/** Fences, made fresh. */
const unfenced = withPorts({
  claims: (ledger) => ({
    settle: async (fence, settlement) => ledger.claims.settle(await refreshed(ledger, fence), settlement),
    renew: async (fence, holdMs) => ledger.claims.renew(await refreshed(ledger, fence), holdMs),
  }),
});

/** From whoever has it: as if it were written over. */
async function takeAway({ views, users }: Ledger, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const owner = (await views.record(name))?.owner ?? '';
    if (owner !== '') await users.release({ name, dest: 'free', owner });
  }
}

const nothingDue = withPorts({ claims: () => ({ takeDue: () => Promise.resolve([]) }) });

const YEAR_MS = 31_536_000_000;

const off = (name: string, sabotage: Sabotage, more: Partial<Mutation> = {}): Mutation => ({
  name,
  boskos: 'ranch',
  sabotage,
  harmless: null,
  ...more,
});

const HTTP = { boskos: 'http' } as const;

/** Takes every update for done, whatever the server says. */
const believing = (client: BoskosClient): BoskosClient => ({
  ...client,
  update: async (updated) => (await client.update(updated), 'done'),
});

const silentDue =
  ({ loans }: Ledger): Ledger['loans']['due'] =>
  async (order) =>
    (await loans.due(order)).filter((record) => toTell(record) !== null);

const untoldDue =
  ({ loans }: Ledger): Ledger['loans']['due'] =>
  async (order) =>
    (await loans.due(order)).filter((record) => toTell(record) === null);

/** The metric without the states that are somebody's name. */
const blindToParked = (client: BoskosClient): BoskosClient => ({
  ...client,
  async metric(type) {
    const metric = await client.metric(type);
    const known = Object.entries(metric?.current ?? {}).filter(([state]) => !state.includes('-'));
    return metric === null ? null : { ...metric, current: Object.fromEntries(known) };
  },
});

export const MUTATIONS: readonly Mutation[] = [
  off('fencing of a run’s writes', {
    ledger: unfenced,
  }),
  off('dueAt: sync finds what is due', {
    ledger: nothingDue,
  }),
  off('claim expiry', {
    ledger: withPorts({
      claims: (ledger) => ({ claim: (order) => ledger.claims.claim({ ...order, holdMs: YEAR_MS }) }),
    }),
  }),
  off('lease expiry', { ledger: withPorts({ pools: () => ({ reap: () => Promise.resolve([]) }) }) }),
  off('lease expiry waits', {
    ledger: withPorts({ pools: (ledger) => ({ reap: (type) => ledger.pools.reap(type, 60_000) }) }),
  }),
  off('write, then look', {
    mason: ({ matcher }) => {
      Object.assign(matcher, { look: () => Promise.resolve([]), match: () => Promise.resolve([]) });
    },
  }),
  off('request id', {
    ledger: withPorts({
      users: (ledger) => ({ acquire: (request) => ledger.users.acquire({ ...request, requestId: '' }) }),
    }),
  }),
  off('a person’s order has a time', {
    ledger: withPorts({
      pools: (ledger) => ({ takeNamed: (name, _at, order) => ledger.pools.takeNamed(name, Infinity, order) }),
    }),
  }),
  off(
    'cycle of a message',
    {
      ledger: withPorts({
        claims: (ledger) => ({ claim: (order) => ledger.claims.claim({ ...order, cycle: null }) }),
      }),
    },
    {
      harmless:
        'a stale message only wakes what is due anyway, before its rest is over: phase and claim decide',
    },
  ),
  off('renewal of claims', {
    ledger: withPorts({ claims: () => ({ renew: () => Promise.resolve(true) }) }),
  }),
  off('turns: who waited for longer goes before', {
    ledger: withPorts({
      queue: (ledger) => ({
        waiters: async (component, page) => [...(await ledger.queue.waiters(component, page))].reverse(),
      }),
    }),
  }),
  off('reservations of those who can’t be granted yet', {
    ledger: withPorts({
      queue: (ledger) => ({
        waiters: async (component, page) =>
          (await ledger.queue.waiters(component, page)).map((waiter) => ({ ...waiter, patienceMs: -1 })),
      }),
    }),
  }),
  off('preconditions of grants', {
    ledger: withPorts({
      queue: (ledger) => ({
        grantAll: async (grants, graceMs) => {
          await takeAway(
            ledger,
            grants.flatMap(({ resources }) => resources),
          );
          return ledger.queue.grantAll(grants, graceMs);
        },
      }),
    }),
  }),
  off('a user’s call gives nothing newer than its look', {
    ledger: withPorts({
      users: (ledger) => ({ acquire: (request) => ledger.users.acquire({ ...request, seenAt: Infinity }) }),
    }),
  }),
  off(
    'one matcher at a time',
    {
      ledger: withPorts({
        queue: () => ({
          claimMatcher: (component) => Promise.resolve({ component, token: 1, bump: 1, memory: {} }),
          releaseMatcher: () => Promise.resolve(null),
        }),
      }),
    },
    { harmless: 'safe by design, and slower: each grant has its own preconditions' },
  ),
  off(
    'construct slots are handed on',
    {
      ledger: withPorts({ claims: () => ({ nextForSlot: () => Promise.resolve(null) }) }),
    },
    { harmless: 'who was refused asks again after a minute' },
  ),
  off('fencing of a run’s writes', { ledger: unfenced }, HTTP),
  off('dueAt: sync finds what is due', { ledger: nothingDue }, HTTP),
  off('owner nonces', { newOwnerName: () => 'always-the-same' }, HTTP),
  off('proof by /update that a resource is ours', { client: believing }, HTTP),
  off('signs of life', { ledger: withPorts({ loans: (ledger) => ({ due: silentDue(ledger) }) }) }, HTTP),
  off(
    'telling again what the server was not told',
    { ledger: withPorts({ loans: (ledger) => ({ due: untoldDue(ledger) }) }) },
    HTTP,
  ),
  off(
    'read-back of lost replies',
    { ledger: withPorts({ loans: () => ({ unsettled: () => Promise.resolve([]) }) }) },
    HTTP,
  ),
  off(
    'renewal of claims',
    { ledger: withPorts({ claims: () => ({ renew: () => Promise.resolve(true) }) }) },
    HTTP,
  ),
  off(
    'giving up stock that leads nowhere',
    { ledger: withPorts({ loans: () => ({ surrender: () => Promise.resolve(false) }) }) },
    HTTP,
  ),
  off(
    'a refused parking is looked up',
    { client: (client) => ({ ...client, acquireByState: () => Promise.resolve(null) }) },
    {
      ...HTTP,
      harmless:
        'it passes for a lost lease: back to recycle, which gives back what is parked, and built again',
    },
  ),
  off('what is parked under a name goes back', { client: blindToParked }, HTTP),
];
