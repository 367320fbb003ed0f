import { MasonError } from '../../../shared/errors.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import type { Random } from '../../../shared/runtime/random.ts';
import type { Costs, OperationCost } from './costs.ts';
import { COMMIT, draw, READ, type Latency } from './latency.ts';
import { passing, type LedgerCall } from './passing.ts';
import type { VirtualTime } from './virtualTime.ts';

/** Records that changeEach (shared/ledger/firestore) writes in one commit. */
const RECORDS_A_COMMIT = 50;
/** Of store.ts: conflicts after which an operation gives up, and the longest pause (ms) before it tries again. */
const MAX_TRIES = 40;
const LONGEST_PAUSE_MS = 100;

/** Calls whose writes are as many as the records that they return. */
const BATCHES = /^(pools[.]take(?!Named)|claims[.]takeDue)/;

/** What a call wrote, at the moment in which it was written. */
export interface Written {
  readonly call: LedgerCall;
  readonly result: unknown;
  readonly documents: number;
  /** Index → entries that were put at its end. */
  readonly entries: ReadonlyMap<string, number>;
  /** Commits, those among them that were refused. */
  readonly commits: number;
  readonly refused: number;
  /** Of all documents that several members share, the one that was written; null: none. */
  readonly shared: string | null;
}

export interface Distance {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly costs: Costs;
  readonly onWritten: (written: Written) => void;
}

/**
 * The embedded ledger as if it were as far away as Firestore. Each call takes the rounds that were counted, and happens at
 * the end of them. Of those that write the same shared document at once, all but the first look again, as they would
 * there; members' own documents are never refused here.
 */
export function distantLedger(near: Ledger, distance: Distance): Ledger {
  const { time, random } = distance;
  const versions = new Map<string, number>();
  const round = (of: Latency): Promise<void> => time.wait(draw(of, random));
  const rounds = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += 1) await round(READ);
  };
  const commitShared = async (
    cost: OperationCost,
    shared: string | null,
    work: () => Promise<unknown>,
  ): Promise<{ readonly result: unknown; readonly refused: number }> => {
    for (let refused = 0; refused < MAX_TRIES; refused += 1) {
      // The shared document is read before the last round, which counts what it guards.
      await rounds(Math.max(0, cost.readRounds - 1));
      const seen = versionOf(versions, shared);
      await rounds(Math.min(1, cost.readRounds));
      await round(COMMIT);
      if (versionOf(versions, shared) === seen) return { result: await work(), refused };
      await time.wait(refused === 0 ? 0 : random.number() * Math.min(LONGEST_PAUSE_MS, 2 ** refused));
    }
    throw new MasonError('LEDGER_UNAVAILABLE', `${shared ?? ''} was written by others ${MAX_TRIES} times`);
  };
  return passing(near, async (call, work) => {
    const shared = await sharedOf(near, call);
    const variant = shared?.startsWith('slots/') === true ? `${call.name} with a slot` : call.name;
    const cost = distance.costs.get(variant) ?? UNKNOWN;
    if (!cost.commits) {
      await rounds(cost.readRounds);
      return work();
    }
    const { result, refused } = await commitShared(cost, shared, work);
    const written = writtenBy({ call, result, cost, refused, shared });
    if (written.shared !== null) versions.set(written.shared, versionOf(versions, shared) + 1);
    distance.onWritten(written);
    for (let more = 1; more < written.commits - refused; more += 1) await round(COMMIT);
    return result;
  });
}

/** What nobody has called on the emulator: one read. */
const UNKNOWN: OperationCost = { readRounds: 1, commits: false, documents: 0, entries: new Map() };

const versionOf = (versions: ReadonlyMap<string, number>, shared: string | null): number =>
  shared === null ? 0 : (versions.get(shared) ?? 0);

interface Done {
  readonly call: LedgerCall;
  readonly result: unknown;
  readonly cost: OperationCost;
  readonly refused: number;
  readonly shared: string | null;
}

function writtenBy({ call, result, cost, refused, shared }: Done): Written {
  if (!BATCHES.test(call.name)) {
    const writes = hasWritten(result);
    return {
      ...{ call, result, refused, commits: refused + (writes ? 1 : 0), shared: writes ? shared : null },
      ...{ documents: writes ? cost.documents : 0, entries: writes ? cost.entries : new Map() },
    };
  }
  const records = Array.isArray(result) ? result.length : 0;
  const times = cost.documents === 0 ? 0 : records / cost.documents;
  const entries = new Map([...cost.entries].map(([index, count]) => [index, count * times]));
  const commits = Math.ceil(records / RECORDS_A_COMMIT);
  return { call, result, refused, shared, documents: records, entries, commits };
}

/** Whether the answer is one of a call that found something to write. */
function hasWritten(result: unknown): boolean {
  if (result === null) return false;
  if (typeof result !== 'object' || !('kind' in result)) return true;
  return !['refused', 'lost', 'short', 'none', 'contended', 'notFound'].includes(String(result.kind));
}

/** The one document beside the members' own that a call writes; those of the config and of the pools' sizes rest. */
async function sharedOf(near: Ledger, { name, args }: LedgerCall): Promise<string | null> {
  const [first] = args;
  if (name === 'claims.claim clean') return slotOf(near, first);
  if (name === 'queue.claimMatcher') return `matchers/${String(first)}`;
  if (name === 'queue.releaseMatcher') return `matchers/${memberOf(first, 'component')}`;
  return null;
}

/** Only who begins to construct takes a slot, and only where there are fewer than members. */
async function slotOf(near: Ledger, order: unknown): Promise<string | null> {
  const record = await near.views.record(memberOf(order, 'name'));
  if (record?.work?.constructingSince !== null) return null;
  const spec = await near.configs.type(record.type);
  const max = spec?.size.kind === 'dynamic' ? spec.size.max : 0;
  return spec !== null && max > spec.settings.maxConstructing ? `slots/${record.type}` : null;
}

const memberOf = (value: unknown, key: string): string =>
  typeof value === 'object' && value !== null ? String(Reflect.get(value, key)) : '';
