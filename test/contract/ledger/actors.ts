import assert from 'node:assert/strict';

import type { Boskos, BoskosUsers } from '../../../shared/boskos/port.ts';
import { openRanch } from '../../../shared/boskos/ranch/openRanch.ts';
import { ranchUsers } from '../../../shared/boskos/ranch/ranchUsers.ts';
import type { Fence, GivenBack, Settlement, Wake } from '../../../shared/ledger/port.ts';
import { STATE, type ResourceRecord, type Task } from '../../../shared/ledger/records.ts';
import type { TypeRecord } from '../../../shared/ledger/typeRecord.ts';
import { createMatcher, type Matcher } from '../../../shared/mason/matcher.ts';
import { checkInvariants } from '../../support/invariants.ts';
import { MINUTE, CONFIGS } from './actorsConfigs.ts';
import {
  GOOD_END,
  GOOD_END_AT_ONCE,
  GRACE_MS,
  HOLD_MS,
  isEndedAtOnce,
  withComponents,
  type World,
  openWorld,
  type OpenLedger,
} from './world.ts';

const LEASE_EXPIRY_MS = 30 * MINUTE;

/** One decision of the random test: what happens, and two numbers that say to whom and how. */
export interface Step {
  readonly act: Act;
  readonly who: number;
  readonly how: number;
}

interface Run extends Fence {
  readonly task: Task;
}

/** A whole life of a ledger: these steps, then everybody does what he should until all has come right. */
export async function live(open: OpenLedger, steps: readonly Step[]): Promise<void> {
  const { world, close } = await openWorld(open);
  try {
    const actors = new Actors(world);
    await actors.configure(CONFIGS[0] ?? []);
    for (const type of await actors.types()) await actors.tend(type);
    for (const step of steps) await actors.step(step);
    const unrest = await actors.heal(CONFIGS[0] ?? []);
    if (unrest.length === 0) return;
    const pools = JSON.stringify(await world.ledger.views.pools());
    throw new Error(['this does not come right:', ...unrest, pools].join('\n'));
  } finally {
    await close();
  }
}

/** All that goes on around one ledger: sync, runs that live and die, matchers, users, people. */
export class Actors {
  readonly world: World;
  readonly boskos: Boskos;
  readonly users: BoskosUsers;
  readonly matcher: Matcher;
  /** Messages on their way; a delivered one may come again. */
  readonly wakes: Wake[] = [];
  /** Runs that have neither ended nor been overtaken, as far as anybody knows. */
  readonly runs: Run[] = [];
  /** Of runs that can write nothing any more. */
  readonly stale: Fence[] = [];
  /** Name → who was told that it is his. */
  readonly owners = new Map<string, string>();
  readonly #seen = new Map<string, { token: number; cycle: number }>();

  constructor(world: World) {
    this.world = world;
    const { ledger } = world;
    const { newName } = world.order();
    this.boskos = openRanch({
      ledger,
      installation: 'test',
      newName,
      graceMs: GRACE_MS,
      leaseExpiryMs: LEASE_EXPIRY_MS,
    });
    this.matcher = createMatcher({ ledger, boskos: this.boskos, log: () => undefined });
    this.users = ranchUsers({
      ledger,
      newName,
      requestTtlMs: 30_000,
      reservedAhead: (component, place) => this.matcher.reservedAhead(component, place),
      waking: {
        yielded: async (types) => void this.wakes.push(...(await this.matcher.look(types))),
        givenBack: (given) => this.takeUp(given),
      },
    });
  }

  async step({ act, who, how }: Step): Promise<void> {
    await ACTS[act](this, who, how);
    await this.check();
  }

  /** What must hold after every commit, of whomever. */
  async check(): Promise<void> {
    const records = await this.world.records();
    assert.deepEqual(checkInvariants(records, await this.world.ledger.configs.types()), []);
    for (const { name, work } of records.filter((record) => record.work !== null)) {
      const seen = this.#seen.get(name) ?? { token: 0, cycle: 0 };
      const { token, cycle } = work ?? seen;
      assert.ok(token >= seen.token && cycle >= seen.cycle, `${name} went back to an old token or cycle`);
      this.#seen.set(name, { token, cycle });
    }
    const known = new Map(records.map((record) => [record.name, record]));
    for (const [name, owner] of this.owners)
      assert.equal(known.get(name)?.owner, owner, `${name} is no longer of who got it`);
  }

  async types(): Promise<readonly string[]> {
    return (await this.world.ledger.configs.types()).map(({ type }) => type);
  }

  /** The run is over: nobody may write with its token any more. */
  bury(run: Run): void {
    this.runs.splice(this.runs.indexOf(run), 1);
    this.stale.push({ name: run.name, token: run.token });
  }

  async deliver({ name, task }: Wake, cycle: number | null): Promise<Run | null> {
    const order = { name, task, cycle, holdMs: HOLD_MS, graceMs: GRACE_MS };
    const claimed = await this.world.ledger.claims.claim(order);
    if (claimed.kind === 'restarted') this.wakes.push(claimed.wake);
    if (claimed.kind !== 'claimed') return null;
    for (const before of this.runs.filter((run) => run.name === name)) this.bury(before);
    const run = { name, task, token: claimed.record.work.token };
    this.runs.push(run);
    return run;
  }

  /** A run of fulfill or free as the engine does it on its own ledger. */
  async runAtOnce({ name, task, cycle }: Wake): Promise<void> {
    if (!isEndedAtOnce(task)) return;
    const order = { name, task, cycle, holdMs: HOLD_MS, graceMs: GRACE_MS };
    const done = await this.world.ledger.claims.claimAndSettle(order, GOOD_END_AT_ONCE[task]);
    if (done.kind === 'restarted') this.wakes.push(done.wake);
    if (done.kind !== 'settled') return;
    for (const before of this.runs.filter((run) => run.name === name)) this.bury(before);
    this.stale.push({ name, token: done.record.work.token });
    this.wakes.push(...done.settled.wakes, ...(await this.matcher.look(done.settled.yields)));
    await this.takeUp(done.settled.givenBack);
  }

  async end(run: Run, settlement: Settlement): Promise<void> {
    const settled = await this.world.settle(run, settlement);
    if (settled.kind === 'short') {
      await this.end(run, { kind: 'waiting', dueInMs: 10 * MINUTE, patienceMs: MINUTE });
      return;
    }
    this.bury(run);
    if (settled.kind !== 'settled') return;
    this.wakes.push(...settled.wakes, ...(await this.matcher.look(settled.yields)));
    await this.takeUp(settled.givenBack);
    if (run.task !== 'clean') return;
    const next = await this.world.ledger.claims.nextForSlot(settled.record.type);
    if (next !== null) this.wakes.push(next);
  }

  async takeUp(given: readonly GivenBack[]): Promise<void> {
    this.wakes.push(...(await this.boskos.takeGivenBack(given)));
  }

  async tend(type: string): Promise<void> {
    const { pools } = this.world.ledger;
    const order = { type, limit: 100, ...this.world.order() };
    await this.world.ledger.holds.endDue(20);
    assert.deepEqual(await pools.takeInOrphans(4), []);
    await pools.expire(type);
    for (const name of await pools.reap(type, LEASE_EXPIRY_MS)) this.owners.delete(name);
    this.wakes.push(...(await pools.keepSize(type, this.world.order())).doomed);
    this.wakes.push(...(await pools.takeDirty(order)), ...(await pools.takeOutdated(order)));
  }

  async clean(type: string): Promise<void> {
    const order = { type, limit: 100, ...this.world.order() };
    this.wakes.push(...(await this.world.ledger.pools.takeForJanitor(order)));
  }

  /** A new config, and at once what sync does first under it (see the exempt moment in checkInvariants). */
  async configure(types: readonly TypeRecord[]): Promise<void> {
    await this.world.ledger.configs.store(withComponents(types));
    for (const type of await this.types()) {
      const order = { type, limit: 100, ...this.world.order() };
      this.wakes.push(...(await this.world.ledger.pools.takeDirty(order)));
    }
  }

  /**
   * Users go home, everybody does what he should, and nothing fails any more: then all comes right by itself.
   * @returns what does not
   */
  async heal(config: readonly TypeRecord[]): Promise<readonly string[]> {
    await this.configure(config);
    for (const [name, owner] of this.owners) await this.users.release({ name, dest: 'dirty', owner });
    this.owners.clear();
    for (const { name, state, owner, heldBy, work } of await this.world.records()) {
      // A state of the user's own: only a user can end it.
      if (owner !== '' || heldBy !== null || work?.phase != null || isSystems(state)) continue;
      await this.users.acquireByState({ state, dest: 'busy', owner: 'person', names: [name] });
      await this.users.release({ name, dest: 'dirty', owner: 'person' });
    }
    this.world.advance(LEASE_EXPIRY_MS + MINUTE);
    for (let rounds = 0; rounds < 40; rounds += 1) {
      await this.round();
      if ((await this.unrest()).length === 0) return [];
      this.world.advance(2 * MINUTE);
    }
    return this.unrest();
  }

  async round(): Promise<void> {
    const { claims, configs, users, views } = this.world.ledger;
    for (const { name } of await views.records({ state: STATE.quarantined, limit: 100 }))
      await claims.retry(name, 0);
    this.wakes.push(...(await claims.takeDue(100, GRACE_MS)));
    for (const type of await this.types()) {
      await this.tend(type);
      await this.clean(type);
    }
    this.wakes.push(...(await this.matcher.look(await this.types())));
    await configs.sweep();
    await users.forget(MINUTE);
    for (let wake = this.wakes.shift(); wake !== undefined; wake = this.wakes.shift()) {
      const run = await this.deliver(wake, wake.cycle);
      if (run !== null) await this.end(run, GOOD_END[run.task]);
      await this.check();
    }
  }

  async unrest(): Promise<readonly string[]> {
    const records = await this.world.records();
    const types = await this.world.ledger.configs.types();
    const small = types.filter(({ type, size, removed }) => {
      const members = records.filter((record) => record.type === type).length;
      return removed || members < (size.kind === 'static' ? size.names.length : size.min);
    });
    return [
      ...small.map(({ type }) => `the pool of ${type} is not at its size`),
      ...records.filter((record) => !isAtRest(record)).map((record) => JSON.stringify(record)),
    ];
  }
}

const isAtRest = ({ state, owner, heldBy }: ResourceRecord): boolean =>
  owner === '' && (state === STATE.free || heldBy === state);

const isSystems = (state: string): boolean =>
  Object.values(STATE).some((known) => known === state && known !== STATE.quarantined);

// ---- what can happen

const OWNERS = ['alice', 'bob'] as const;

const DESTS = [
  'free',
  'dirty',
  'toBeDeleted',
  'tombstone',
  'mine',
  'busy',
  'leased',
  'cleaning',
  'quarantined',
];

const TIMES = [1_000, 20_000, 40_000, 5 * MINUTE, 35 * MINUTE, 130 * MINUTE];

const at = <Item>(items: readonly Item[], index: number): Item | undefined => items[index % items.length];

/** How a run can end that doesn't end well. */
const BAD_ENDS: readonly Settlement[] = [
  { kind: 'failed', message: 'no', retryInMs: 5 * MINUTE },
  { kind: 'failed', message: 'no', retryInMs: null },
  { kind: 'notYet', checkpoint: { step: 1 }, againInMs: MINUTE },
  { kind: 'deferred', againInMs: MINUTE, awaySince: null },
];

const ACTS = {
  advance: async ({ world }, who) => {
    world.advance(at(TIMES, who) ?? 0);
  },
  tend: async (actors, who) => actors.tend(at(await actors.types(), who) ?? ''),
  clean: async (actors, who) => actors.clean(at(await actors.types(), who) ?? ''),
  republish: async ({ world, wakes }, who) => {
    wakes.push(...(await world.ledger.claims.takeDue(1 + (who % 5), GRACE_MS)));
  },
  deliver: async (actors, who, how) => {
    const wake = at(actors.wakes, who);
    if (wake === undefined) return;
    if (how % 4 !== 0) actors.wakes.splice(actors.wakes.indexOf(wake), 1);
    if (how % 3 === 0) await actors.runAtOnce(wake);
    await actors.deliver(wake, how % 8 === 1 ? null : wake.cycle);
  },
  finish: async (actors, who) => {
    const run = at(actors.runs, who);
    if (run !== undefined) await actors.end(run, GOOD_END[run.task]);
  },
  fail: async (actors, who, how) => {
    const run = at(actors.runs, who);
    const end = at(BAD_ENDS, how);
    if (run !== undefined && end !== undefined) await actors.end(run, end);
  },
  renew: async ({ world, runs }, who) => {
    const run = at(runs, who);
    if (run !== undefined) await world.ledger.claims.renew(run, HOLD_MS);
  },
  overtaken: async ({ world, stale }, who, how) => {
    const fence = at(stale, who);
    if (fence === undefined) return;
    const before = await world.records();
    const end = at([...Object.values(GOOD_END), ...BAD_ENDS], how) ?? GOOD_END.recycle;
    assert.deepEqual(await world.settle(fence, end), { kind: 'lost' });
    assert.equal(await world.ledger.claims.renew(fence, HOLD_MS), false);
    assert.deepEqual(await world.records(), before);
  },
  order: async ({ world, wakes }, who, how) => {
    const record = at(await world.records(), who);
    if (record === undefined) return;
    const orderedAt = (await world.now()) + (how % 2 === 0 ? 1 : -20 * MINUTE);
    const taken = await world.ledger.pools.takeNamed(record.name, orderedAt, world.order());
    if (taken.kind === 'taken') wakes.push(taken.wake);
  },
  retry: async ({ world, wakes }, who) => {
    const record = at(await world.records(), who);
    const wake = record === undefined ? null : await world.ledger.claims.retry(record.name, GRACE_MS);
    if (wake !== null) wakes.push(wake);
  },
  hold: async ({ world }, who, how) => {
    const record = at(await world.records(), who);
    if (record === undefined) return;
    await world.ledger.holds.begin(record.name, { forMs: (1 + (how % 10)) * MINUTE, reason: '' });
  },
  unhold: async ({ world }, who, how) => {
    const held = at(await world.ledger.views.records({ state: STATE.held, limit: 100 }), who);
    if (held !== undefined) await world.ledger.holds.release(held.name, how % 2 === 0 ? 'free' : 'dirty');
  },
  match: async ({ matcher, wakes }, who) => {
    wakes.push(...(await matcher.look(who % 2 === 0 ? ['project', 'disk'] : ['lab'])));
  },
  acquire: async (actors, who, how) => {
    const [owner, other] = how % 2 === 0 ? OWNERS : [OWNERS[1], OWNERS[0]];
    const request = {
      type: at(await actors.types(), who) ?? 'project',
      state: how % 7 === 0 ? 'dirty' : 'free',
      dest: how % 5 === 0 ? 'mine' : 'busy',
      owner,
      requestId: how % 3 === 0 ? '' : `${owner}-${how % 4}`,
    };
    const answer = await actors.users.acquire(request);
    if (answer.kind !== 'acquired') return;
    assert.notEqual(actors.owners.get(answer.resource.name), other);
    actors.owners.set(answer.resource.name, owner);
  },
  acquireParts: async (actors, who, how) => {
    const parked = (await actors.world.records()).filter(({ heldBy, state }) => heldBy === state);
    const part = at(parked, who);
    const names = parked.filter(({ state }) => state === part?.state).map(({ name }) => name);
    const wanted = how % 3 === 0 ? names.slice(0, 1) : names;
    const owner = at(OWNERS, how) ?? 'alice';
    const order = { state: part?.state ?? 'none', dest: 'leased', owner, names: wanted };
    for (const { name } of (await actors.users.acquireByState(order)) ?? []) actors.owners.set(name, owner);
  },
  release: async (actors, who, how) => {
    const [name, owner] = at([...actors.owners], who) ?? [];
    if (name === undefined || owner === undefined) return;
    const others = (await actors.world.records()).map((record) => record.name);
    const leasers = (await actors.world.records()).filter(({ work }) =>
      work?.leases.some((lease) => lease.name === name),
    );
    const back = leasers.map((record) => record.name);
    const dest = at([...DESTS, ...back, ...back, at(others, how) ?? 'free'], how) ?? 'free';
    assert.equal((await actors.users.release({ name, dest, owner })).kind, 'done');
    actors.owners.delete(name);
  },
  update: async ({ world, users, owners }, who, how) => {
    const [name, owner] = at([...owners], who) ?? [];
    if (name === undefined || owner === undefined) return;
    const { state } = await world.record(name);
    const userData = how % 5 === 0 ? { leasedResources: 'nonsense: [' } : { secret: String(how) };
    assert.equal((await users.update({ name, state, owner, userData })).kind, 'done');
  },
  reset: async ({ users, owners }, who, how) => {
    const order = { type: who % 2 === 0 ? 'project' : 'cluster', state: 'busy', expireMs: 10 * MINUTE };
    const dest = how % 2 === 0 ? 'free' : 'dirty';
    for (const name of Object.keys(await users.reset({ ...order, dest }))) owners.delete(name);
  },
  configure: async (actors, who) => actors.configure(at(CONFIGS, who) ?? []),
  sweep: async ({ world }, who) => {
    await world.ledger.configs.sweep();
    await world.ledger.users.forget((who % 2) * MINUTE);
  },
} as const satisfies Record<string, (actors: Actors, who: number, how: number) => Promise<void>>;

export type Act = keyof typeof ACTS;

/** How often each happens: what moves resources on comes more often than what breaks in. */
export const WEIGHTS: Readonly<Record<Act, number>> = {
  advance: 4,
  tend: 8,
  clean: 4,
  republish: 3,
  deliver: 16,
  finish: 16,
  fail: 3,
  renew: 1,
  overtaken: 3,
  order: 1,
  retry: 1,
  hold: 2,
  unhold: 1,
  match: 2,
  acquire: 5,
  acquireParts: 3,
  release: 6,
  update: 1,
  reset: 1,
  configure: 1,
  sweep: 1,
};
