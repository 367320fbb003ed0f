import { openRanch } from '../../../shared/boskos/ranch/openRanch.ts';
import type { Fence } from '../../../shared/ledger/port.ts';
import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import { createMatcher } from '../../../shared/mason/matcher.ts';
import { BUILT, newName, POOL, race, type Measured, type Stage } from './stage.ts';

const HOLD_MS = 600_000;
const GRACE_MS = 600_000;
/** Claims of one claimer: enough to get over the first moment, when all of them stand at the same place. */
const CLAIMS_EACH = 3;

/** The free path: nobody waits, so each takes one for itself with a precondition. */
export async function claimFreely(stage: Stage, claimers: number): Promise<Measured> {
  const { ledger } = stage;
  const before = stage.looks();
  const { names, seconds } = await race(claimers, async (lane) => {
    const taken: string[] = [];
    for (let claim = 0; claim < CLAIMS_EACH; claim += 1) {
      const acquired = await ledger.users.acquire({
        type: POOL,
        state: 'free',
        dest: 'busy',
        owner: `lane-${lane}`,
        requestId: '',
        requestTtlMs: 30_000,
        newName,
        ahead: null,
      });
      if (acquired.kind === 'acquired') taken.push(acquired.resource.name);
    }
    return taken;
  });
  return { claims: names.length, seconds, attempts: stage.looks() - before, names };
}

/** The same for virtual resources: runs of fulfill that lease what they need, one each. */
export async function fulfilFreely(stage: Stage, claimers: number): Promise<Measured> {
  const { ledger } = stage;
  const fences = await bringToFulfill(ledger, claimers);
  const before = stage.looks();
  const { names, seconds } = await race(claimers, async (lane) => {
    const fence = fences[lane];
    if (fence === undefined) return [];
    const settled = await ledger.claims.settle(fence, { kind: 'fulfilled', graceMs: GRACE_MS });
    return settled.kind === 'settled' ? leasesOf(settled.record) : [];
  });
  return { claims: names.length, seconds, attempts: stage.looks() - before, names };
}

const leasesOf = (record: ResourceRecord | null): string[] =>
  record?.work?.leases.map(({ name }) => name) ?? [];

export interface MatcherMeasured extends Measured {
  /** Waiters that were granted before one that had begun to wait earlier. */
  readonly overtakings: number;
}

/**
 * The matcher: each takes its place in the line, then has the matcher run, as the engine does. The time is that from the
 * first who waits to the last who is granted.
 */
export async function claimByMatcher(stage: Stage, claimers: number): Promise<MatcherMeasured> {
  const { ledger } = stage;
  const fences = await bringToFulfill(ledger, claimers);
  const installation = 'bench';
  const boskos = openRanch({ ledger, installation, newName, graceMs: GRACE_MS, leaseExpiryMs: HOLD_MS });
  const matcher = createMatcher({ ledger, boskos, log: () => undefined });
  const component = (await ledger.configs.type(BUILT))?.component;
  if (component == null) throw new Error('nobody could wait');
  const before = stage.looks();
  const waiting = await race(claimers, async (lane) => {
    const fence = fences[lane];
    if (fence === undefined) return [];
    const dueInMs = HOLD_MS;
    await ledger.claims.settle(fence, { kind: 'waiting', dueInMs, patienceMs: HOLD_MS });
    return [];
  });
  const since = await sinceOf(ledger, fences);
  const matching = await race(claimers, async () => (await matcher.match(component)).map(({ name }) => name));
  const records = await Promise.all(matching.names.map((name) => ledger.views.record(name)));
  const granted = records.map((record) => ({
    at: record?.lastUpdate ?? 0,
    since: since.get(record?.name ?? '') ?? 0,
  }));
  const names = records.flatMap(leasesOf);
  const seconds = waiting.seconds + matching.seconds;
  return {
    claims: names.length,
    seconds,
    attempts: stage.looks() - before,
    names,
    overtakings: overtaken(granted),
  };
}

async function bringToFulfill(ledger: Stage['ledger'], count: number): Promise<Fence[]> {
  const order = { type: BUILT, limit: count, newOwner: newName, graceMs: GRACE_MS };
  const taken = await ledger.pools.takeDirty(order);
  const begin = async (name: string, task: 'recycle' | 'fulfill'): Promise<Fence> => {
    const claim = { name, task, cycle: null, holdMs: HOLD_MS, graceMs: GRACE_MS };
    const claimed = await ledger.claims.claim(claim);
    if (claimed.kind !== 'claimed') throw new Error(`${name}: ${claimed.kind}`);
    return { name, token: claimed.record.work.token };
  };
  return Promise.all(
    taken.map(async ({ name }) => {
      await ledger.claims.settle(await begin(name, 'recycle'), { kind: 'recycled', graceMs: GRACE_MS });
      return begin(name, 'fulfill');
    }),
  );
}

async function sinceOf(ledger: Stage['ledger'], fences: readonly Fence[]): Promise<Map<string, number>> {
  const records = await Promise.all(fences.map(({ name }) => ledger.views.record(name)));
  return new Map(records.map((record) => [record?.name ?? '', record?.work?.queue?.since ?? 0]));
}

function overtaken(granted: readonly { readonly at: number; readonly since: number }[]): number {
  const inOrder = [...granted].sort((a, b) => a.since - b.since);
  return inOrder.filter(({ at }, index) => at < (inOrder[index - 1]?.at ?? 0)).length;
}
