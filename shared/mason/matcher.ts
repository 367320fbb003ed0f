import type { Boskos } from '../boskos/port.ts';
import type { Grant, Ledger, MatcherClaim, Queue, Waiter, Wake } from '../ledger/port.ts';
import type { Component, TypeRecord } from '../ledger/typeRecord.ts';
import type { Log } from '../runtime/log.ts';
import { remember, type Memory } from './drySpells.ts';
import { forEachAlone } from './forEachAlone.ts';
import { oneAtATime, type Match } from './oneAtATime.ts';
import { planGrants, type Market, type Plan } from './plan.ts';
import { reasonOf } from './reasonOf.ts';
import { reportFulfilled } from './report.ts';

/** Waiters looked at in one read: mostly the first of them takes what there is. */
const PAGE = 50;
/** Grants in one commit: over a network that is what decides how many there are in a second. */
const GRANTS_AT_ONCE = 50;
/** Free resources of a type looked at in one pass; a pass for which they were too few is followed by another. */
const SUPPLY_LIMIT = 200;
/** By how much more is looked at where that many were too few to grant anything: somebody may need more than those. */
const SUPPLY_GROWTH = 4;
/** Passes of one call. What is left then is taken up by whoever looks next, sync at the latest. */
const MAX_PASSES = 100;
/** After the last of them, somebody else may ask for another look at each try to let the claim go. */
const RELEASE_TRIES = 10;
/** How long (ms) a matcher may take for its passes before another may decide beside it, which is safe but slower. */
const MATCHER_HOLD_MS = 10_000;

export interface Matcher {
  /**
   * Grants what can be granted in this component. Call it after a commit that made somebody wait or something free:
   * both sides write first and then look, so no wake-up is lost.
   * @returns whom it granted, to be published
   */
  match(component: Component): Promise<readonly Wake[]>;
  /** The same for every component that leases from one of these types, if anybody waits there. */
  look(types: readonly string[]): Promise<readonly Wake[]>;
  /** How many resources of the type those who began to wait before `since` will get or have reserved. */
  reservedAhead(
    component: Component,
    place: { readonly type: string; readonly since: number },
  ): Promise<Reserved>;
}

export interface Reserved {
  readonly count: number;
  /** When (ms since the epoch) that was so. */
  readonly seenAt: number;
}

interface Parts {
  readonly ledger: Ledger;
  readonly boskos: Boskos;
  /**
   * Hears of each grant, since whom it is made to did nothing itself of which its log could tell; and of what failed after
   * one.
   */
  readonly log: Log;
}

/** One claimed matcher run per component of the needs graph decides who gets what; see plan.ts for how. */
export function createMatcher(parts: Parts): Matcher {
  const match = oneAtATime((component, granted) => matchAll(parts, component, granted));
  return {
    match: (component) => collected(parts, (granted) => match(component, granted)),
    look: (types) => collected(parts, (granted) => look({ ...parts, match }, types, granted)),
    reservedAhead: (component, place) => reservedAhead(parts, component, place),
  };
}

/** A grant is written by the time of a fault after it, and whom it is made to is to be woken: so the fault is only told. */
async function collected({ log }: Parts, work: (granted: Wake[]) => Promise<void>): Promise<readonly Wake[]> {
  const granted: Wake[] = [];
  try {
    await work(granted);
  } catch (error) {
    if (granted.length === 0) throw error;
    const message = `could not look at all who wait (${reasonOf(error)}); sync will`;
    log({ severity: 'WARNING', event: 'unwoken', message });
  }
  return granted;
}

/** Each component alone: one that can't be looked at keeps nobody in another from what there is. */
async function look(
  { match, ...parts }: Parts & { readonly match: Match },
  types: readonly string[],
  granted: Wake[],
): Promise<void> {
  const specs = await Promise.all([...new Set(types)].map((type) => parts.ledger.configs.type(type)));
  const components = new Map<string, Component>();
  for (const spec of specs) {
    if (spec?.component?.physicalTypes.includes(spec.type)) components.set(spec.component.id, spec.component);
  }
  await forEachAlone([...components.values()], 1, async (component) => {
    if (await isAwaited(parts, component)) await match(component, granted);
  });
}

/** Whether there is anybody whom the matcher could grant something: users' requests are granted in their own calls. */
async function isAwaited({ ledger }: Parts, component: Component): Promise<boolean> {
  const virtualOnly = { ...component, physicalTypes: [] };
  return (await ledger.queue.waiters(virtualOnly, { after: null, limit: 1 })).length > 0;
}

async function matchAll(parts: Parts, component: Component, granted: Wake[]): Promise<void> {
  const { free } = await parts.boskos.supply(component, 1);
  if (Object.values(free).every((resources) => resources.length === 0)) return;
  const { queue } = parts.ledger;
  const search = { parts, component, granted, servesAnybody: servesAnybody(parts, component) };
  let limit = SUPPLY_LIMIT;
  let claim = await queue.claimMatcher(component.id, MATCHER_HOLD_MS);
  for (let passes = 1; claim !== null; passes += 1) {
    const pass: Pass = await runPass(search, { memory: claim.memory, limit });
    limit = pass.again ?? limit;
    if (passes === MAX_PASSES) return giveUp(queue, claim, pass.memory);
    claim =
      (await queue.releaseMatcher(claim, pass.memory)) ??
      (pass.again === null ? null : await queue.claimMatcher(component.id, MATCHER_HOLD_MS));
  }
}

/** Lets the claim go although somebody asked for another look: a claim left behind would keep everybody from looking. */
async function giveUp(queue: Queue, claim: MatcherClaim, memory: Memory): Promise<void> {
  let held: MatcherClaim | null = claim;
  for (let tries = 0; held !== null && tries < RELEASE_TRIES; tries += 1)
    held = await queue.releaseMatcher(held, memory);
}

interface Search {
  readonly parts: Parts;
  readonly component: Component;
  readonly servesAnybody: (plan: Plan) => Promise<boolean>;
}

interface Pass {
  readonly memory: Memory;
  /** How much supply another pass is to look at; null: all was decided. */
  readonly again: number | null;
}

/** @param search.granted gets whom it grants, each at once */
async function runPass(
  search: Search & { readonly granted: Wake[] },
  { memory: remembered, limit }: { readonly memory: Memory; readonly limit: number },
): Promise<Pass> {
  const { boskos, log } = search.parts;
  const first = await readPage(search, null);
  const { at, free } = await boskos.supply(search.component, limit);
  const memory = remember(remembered, { free, oldestSince: first[0]?.since ?? at });
  const plan = planGrants({ at, free, memory });
  const { granted } = search;
  const before = granted.length;
  const offered: Grant[] = [];
  for await (const grants of inBatches(decided(plan, inTurn(search, { first, plan })))) {
    offered.push(...grants);
    for (const given of await boskos.grantAll(grants)) {
      if (given.kind === 'taken') return { memory, again: limit };
      if (given.kind !== 'granted') continue;
      granted.push(given.wake);
      const { name, type, cycle } = given.wake;
      reportFulfilled(log, { resource: name, type, cycle, phase: 'fulfill' }, given.resources);
    }
  }
  await boskos.hold(reserved(plan, { free, offered }));
  if (!wasCutShort(plan, { free, limit })) return { memory, again: null };
  return { memory, again: granted.length > before ? limit : limit * SUPPLY_GROWTH };
}

/** What is neither left nor offered to anybody is reserved for those who can't be granted yet. */
function reserved(
  plan: Plan,
  { free, offered }: Pick<Market, 'free'> & { readonly offered: readonly Grant[] },
): Record<string, number> {
  const gone = new Set(offered.flatMap(({ resources }) => resources));
  const counts = Object.entries(free).map(([type, resources]) => {
    const kept = resources.filter(({ name }) => !gone.has(name)).length;
    return [type, kept - plan.left(type)] as const;
  });
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Whom the plan grants something, in their turn. */
async function* decided(plan: Plan, waiters: AsyncIterable<Waiter>): AsyncGenerator<Grant> {
  for await (const waiter of waiters) {
    const verdict = plan.offer(waiter);
    if (waiter.kind === 'virtual' && verdict.kind === 'grant')
      yield { name: waiter.name, token: waiter.token, resources: verdict.resources };
  }
}

async function* inBatches(grants: AsyncIterable<Grant>): AsyncGenerator<readonly Grant[]> {
  let batch: Grant[] = [];
  for await (const grant of grants) {
    batch.push(grant);
    if (batch.length < GRANTS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Whether there may be more of a type than was looked at, and it would have been of use. */
function wasCutShort(
  plan: Plan,
  { free, limit }: Pick<Market, 'free'> & { readonly limit: number },
): boolean {
  return Object.entries(free).some(
    ([type, resources]) => resources.length === limit && (plan.left(type) === 0 || plan.isLacked(type)),
  );
}

/** Those in line, for as long as what is left would do for anybody. */
async function* inTurn(
  search: Search,
  { first, plan }: { readonly first: readonly Waiter[]; readonly plan: Plan },
): AsyncGenerator<Waiter> {
  for (let page = first; ; page = await readPage(search, page.at(-1) ?? null)) {
    yield* page;
    if (page.length < PAGE || !(await search.servesAnybody(plan))) return;
  }
}

const readPage = (
  { parts, component }: Pick<Search, 'parts' | 'component'>,
  after: Pick<Waiter, 'since' | 'name'> | null,
): Promise<readonly Waiter[]> => parts.ledger.queue.waiters(component, { after, limit: PAGE });

/** With 10,000 in line and little to give, this is what ends a pass at the first page. */
function servesAnybody({ ledger }: Parts, component: Component): Search['servesAnybody'] {
  let specs: Promise<readonly (TypeRecord | null)[]> | undefined;
  return async (plan) => {
    specs ??= Promise.all(component.virtualTypes.map((type) => ledger.configs.type(type)));
    return (await specs).some((spec) => spec !== null && plan.suffices(spec.needs));
  };
}

async function reservedAhead(
  parts: Parts,
  component: Component,
  { type, since }: { readonly type: string; readonly since: number },
): Promise<Reserved> {
  // A user's call ranks as the matchers do. While one is at work, all that it could reserve counts as reserved.
  const memory = await parts.ledger.queue.recall(component.id);
  const search = { parts, component, servesAnybody: async (plan: Plan) => plan.left(type) > 0 };
  for (let limit = SUPPLY_LIMIT; ; limit *= SUPPLY_GROWTH) {
    const first = await readPage(search, null);
    const { at, free } = await parts.boskos.supply(component, limit);
    const oldestSince = first[0]?.since ?? at;
    const plan = planGrants({ at, free, memory: memory && remember(memory, { free, oldestSince }) });
    for await (const waiter of inTurn(search, { first, plan })) {
      if (waiter.since >= since) break;
      plan.offer(waiter);
    }
    if (wasCutShort(plan, { free, limit })) continue;
    return { count: (free[type]?.length ?? 0) - plan.left(type), seenAt: at };
  }
}
