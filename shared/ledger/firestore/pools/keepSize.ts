import type { SizeChange, Wake } from '../../port.ts';
import { isLeaving, leastWanted } from '../../transitions/pool.ts';
import { boundsOf } from '../../typeRecord.ts';
import { EMPTY_POOL, poolSizes } from '../documents/pool.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { dead, members } from '../queries.ts';
import { hashOf } from '../store/documentId.ts';
import { PoolStep, type PoolNames } from './poolStep.ts';
import { shortfall } from './stock.ts';

/** Commits of one call: 10,000 members. The rest comes with the next. */
const MAX_COMMITS = 50;
/** Dead ones that are dropped in one commit. */
const BURIED_AT_ONCE = 100;

/** Makes what is missing and retires what is too much. Costs two reads where nothing is to be done. */
export async function keepSize(parts: LedgerParts, type: string, names: PoolNames): Promise<SizeChange> {
  const made: string[] = [];
  const dropped: string[] = [];
  const doomed: Wake[] = [];
  for (let commits = 0; commits < MAX_COMMITS; commits += 1) {
    const step = await keepSome(parts, type, names);
    if (step === null) break;
    made.push(...step.made);
    dropped.push(...step.dropped);
    doomed.push(...step.doomed);
    if (!step.isFull && step.dropped.length < BURIED_AT_ONCE) break;
  }
  return { made, dropped, doomed };
}

/** @returns null: the type is unknown */
function keepSome(parts: LedgerParts, type: string, names: PoolNames): Promise<PoolStep | null> {
  return parts.store.commit(async (session) => {
    const pool = await session.get(poolSizes, type);
    // In this order: if the sweep has deleted the pool, it has deleted the type with it, which a cache may yet know.
    const spec = await parts.types.read(session, type);
    if (spec === null) return null;
    const step = new PoolStep(session, spec, { names, pool: pool ?? EMPTY_POOL });
    const buried = await session.find(resources, { ...dead(type), limit: BURIED_AT_ONCE });
    for (const record of buried) await step.drop(record);
    // While there may be more of them, they would be taken for members that stay.
    if (buried.length < BURIED_AT_ONCE) await keepLiving(parts, step);
    step.finish();
    return step;
  });
}

async function keepLiving(parts: LedgerParts, step: PoolStep): Promise<void> {
  const { size, removed } = step.spec;
  if (size.kind === 'static') await keepNames(step, removed ? [] : size.names);
  else await keepCount(parts, step);
}

async function keepNames(step: PoolStep, wanted: readonly string[]): Promise<void> {
  const { session, spec } = step;
  const fingerprint = hashOf(...wanted);
  if (step.members === wanted.length && step.isApplied(fingerprint)) return;
  const present = (await session.find(resources, members(spec.type))).filter(
    ({ name }) => !step.dropped.includes(name),
  );
  const names = new Set(present.map(({ name }) => name));
  const keep = new Set(wanted);
  const missing = wanted.filter((name) => !names.has(name));
  const unwanted = present.filter(({ name }) => !keep.has(name));
  await step.makeNamed(missing);
  await step.retireAll(unwanted, Infinity);
  const isWhole = step.made.length === missing.length && unwanted.length === 0;
  step.markApplied(isWhole ? fingerprint : null);
}

async function keepCount(parts: LedgerParts, step: PoolStep): Promise<void> {
  const { session, spec } = step;
  const { min, max } = boundsOf(spec);
  const now = step.members;
  if (now < max) {
    const wanted = Math.max(min - now, Math.min(max - now, await shortfall(parts, session, spec)), 0);
    step.makeNew(wanted);
  }
  if (now <= max) return;
  const staying = (await session.find(resources, members(spec.type))).filter(
    (member) => !isLeaving(member) && !step.dropped.includes(member.name),
  );
  await step.retireAll(leastWanted(staying), staying.length - max);
}
