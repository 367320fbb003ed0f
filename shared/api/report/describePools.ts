import { emptyView } from '../../ledger/emptyView.ts';
import type { PoolView } from '../../ledger/port.ts';
import { boundsOf, isPaused, isPhysical, type Pause, type TypeRecord } from '../../ledger/typeRecord.ts';
import type { Pool } from '../wire.ts';

/** Each configured type with what its members are doing: virtual ones first, each kind by name. */
export function describePools(types: readonly TypeRecord[], views: readonly PoolView[]): Pool[] {
  const viewOf = new Map(views.map((view) => [view.type, view]));
  const pools = types.map((spec) => describe(spec, viewOf.get(spec.type) ?? emptyView(spec.type)));
  return pools.sort((a, b) => rank(a) - rank(b) || a.type.localeCompare(b.type));
}

const rank = ({ kind }: Pool): number => (kind === 'virtual' ? 0 : 1);

/** States whose members are counted under a heading of their own. */
const HEADED = [
  'free',
  'parked',
  'leased',
  'cleaning',
  'dirty',
  'toBeDeleted',
  'tombstone',
  'quarantined',
  'held',
];

function describe(spec: TypeRecord, view: PoolView): Pool {
  const stateCount = (state: string): number => view.states[state] ?? 0;
  const phases = withoutWaiting(view);
  const members = sum(view.states);
  const leased = stateCount('leased');
  // Mason itself owns what it works on, what it has leased and what it or a person has set aside.
  const held = stateCount('held');
  const inUse = Math.max(0, view.owned - sum(view.phases) - view.quarantined - leased - held);
  const settled = stateCount('free') + stateCount('parked') + leased + inUse + held;
  const { min, max } = boundsOf(spec);
  return {
    type: spec.type,
    kind: isPhysical(spec) ? 'physical' : 'virtual',
    min,
    max,
    members,
    free: stateCount('free'),
    inUse,
    parked: stateCount('parked'),
    leased,
    dirty: stateCount('dirty') + stateCount('toBeDeleted'),
    waiting: view.waiting,
    quarantined: view.quarantined,
    held,
    phases,
    unknown: countUnknown(view, inUse),
    atSize: members >= min && settled >= members,
    paused: isPaused(spec),
    pausedBy: spec.pause && pauseOf(spec.pause),
    removed: spec.removed,
    tended: spec.managed || spec.settings.janitor !== null,
  };
}

function pauseOf({ by, at, reason }: Pause): string {
  const since = `${by} since ${new Date(at).toISOString()}`;
  return reason === '' ? since : `${since}: ${reason}`;
}

function withoutWaiting({ phases, waiting }: PoolView): Record<string, number> {
  const fulfilling = (phases['fulfill'] ?? 0) - waiting;
  const { fulfill: _, ...rest } = phases;
  return fulfilling > 0 ? { ...rest, fulfill: fulfilling } : rest;
}

/** A user may name states as he likes, so what is in one is counted only where nobody in sight owns it. */
function countUnknown({ states }: PoolView, inUse: number): number {
  const unheaded = Object.entries(states).filter(([state]) => !HEADED.includes(state));
  return Math.max(0, sum(Object.fromEntries(unheaded)) - inUse);
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
