import type { Boskos } from '../boskos/port.ts';
import type { Ledger, MatcherClaim, Waiter, Wake } from '../ledger/port.ts';
import type { Component } from '../ledger/typeRecord.ts';
import { planGrants, yieldsSeen, type Plan } from './plan.ts';

/** Waiters looked at in one read: mostly the first of them takes what there is. */
const PAGE = 50;
/** Free resources of a type looked at in one pass; a pass that used them all is followed by another. */
const SUPPLY_LIMIT = 200;
/** Passes of one call. What is left then is taken up by whoever looks next, sync at the latest. */
const MAX_PASSES = 100;
/** How long (ms) a matcher may take for one pass before another may decide beside it, which is safe but slower. */
const MATCHER_HOLD_MS = 30_000;

export interface Matcher {
  /**
   * Grants what can be granted in this component. Call it after a commit that made somebody wait or something free:
   * both sides write first and then look, so no wake-up is lost.
   * @returns whom it granted, to be published
   */
  match(component: Component): Promise<readonly Wake[]>;
  /** The same for every component that leases from one of these types. */
  look(types: readonly string[]): Promise<readonly Wake[]>;
  /** How many resources of the type those who began to wait before `since` will get or have reserved. */
  reservedAhead(
    component: Component,
    place: { readonly type: string; readonly since: number },
  ): Promise<number>;
}

interface Parts {
  readonly ledger: Ledger;
  readonly boskos: Boskos;
}

/** One claimed matcher run per component of the needs graph decides who gets what; see plan.ts for how. */
export function createMatcher(parts: Parts): Matcher {
  return {
    match: (component) => match(parts, component),
    look: (types) => look(parts, types),
    reservedAhead: (component, place) => reservedAhead(parts, component, place),
  };
}

async function look(parts: Parts, types: readonly string[]): Promise<readonly Wake[]> {
  const specs = await Promise.all([...new Set(types)].map((type) => parts.ledger.configs.type(type)));
  const components = new Map<string, Component>();
  for (const spec of specs) {
    if (spec?.component?.physicalTypes.includes(spec.type)) components.set(spec.component.id, spec.component);
  }
  const granted: Wake[] = [];
  for (const component of components.values()) granted.push(...(await match(parts, component)));
  return granted;
}

async function match(parts: Parts, component: Component): Promise<readonly Wake[]> {
  if (!(await isWorthALook(parts, component))) return [];
  const { queue } = parts.ledger;
  const granted: Wake[] = [];
  let claim = await queue.claimMatcher(component.id, MATCHER_HOLD_MS);
  for (let passes = 0; claim !== null && passes < MAX_PASSES; passes += 1) {
    const pass = await runPass(parts, component, claim);
    granted.push(...pass.granted);
    claim = pass.again ? { ...claim, yields: pass.yields } : await queue.releaseMatcher(claim, pass.yields);
  }
  return granted;
}

async function isWorthALook({ boskos, ledger }: Parts, component: Component): Promise<boolean> {
  const { free } = await boskos.supply(component, 1);
  if (Object.values(free).every((resources) => resources.length === 0)) return false;
  return (await ledger.queue.waiters(component, { after: null, limit: 1 })).length > 0;
}

interface Pass {
  readonly granted: readonly Wake[];
  readonly yields: Readonly<Record<string, number>>;
  /** A resource was taken by somebody else meanwhile, or there may be more supply than was looked at. */
  readonly again: boolean;
}

async function runPass(parts: Parts, component: Component, claim: MatcherClaim): Promise<Pass> {
  const { at, free } = await parts.boskos.supply(component, SUPPLY_LIMIT);
  const yields = yieldsSeen(claim.yields, free);
  const plan = planGrants({ at, free, yields });
  const granted: Wake[] = [];
  let taken = false;
  for await (const waiter of inTurn(parts, component, plan)) {
    const decision = await decide(parts, plan, waiter);
    if (decision === 'taken') taken = true;
    else if (decision !== null) granted.push(decision);
  }
  const truncated =
    granted.length > 0 && Object.values(free).some((resources) => resources.length === SUPPLY_LIMIT);
  return { granted, yields, again: taken || truncated };
}

async function decide({ boskos, ledger }: Parts, plan: Plan, waiter: Waiter): Promise<Wake | 'taken' | null> {
  const verdict = plan.offer(waiter);
  if (waiter.kind === 'request') return null;
  if (verdict.kind === 'grant') {
    const given = await boskos.grant({ ...waiter, resources: verdict.resources });
    if (given.kind === 'granted') return given.wake;
    return given.kind === 'taken' ? 'taken' : null;
  }
  if (verdict.place !== null) await ledger.queue.setPatience(waiter, verdict.place);
  return null;
}

async function* inTurn({ ledger }: Parts, component: Component, plan: Plan): AsyncGenerator<Waiter> {
  let after: { since: number; name: string } | null = null;
  while (!plan.isExhausted()) {
    const page: readonly Waiter[] = await ledger.queue.waiters(component, { after, limit: PAGE });
    for (const waiter of page) {
      if (plan.isExhausted()) return;
      yield waiter;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = { since: last.since, name: last.name };
  }
}

async function reservedAhead(
  parts: Parts,
  component: Component,
  { type, since }: { readonly type: string; readonly since: number },
): Promise<number> {
  const { at, free } = await parts.boskos.supply(component, SUPPLY_LIMIT);
  const plan = planGrants({ at, free, yields: yieldsSeen({}, free) });
  const before = plan.left(type);
  for await (const waiter of inTurn(parts, component, plan)) {
    if (waiter.since >= since) break;
    plan.offer(waiter);
  }
  return before - plan.left(type);
}
