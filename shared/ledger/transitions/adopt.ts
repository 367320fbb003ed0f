import { LEASED_RESOURCES, STATE, type Loan, type ResourceRecord } from '../records.ts';
import type { Adoption, Intent, Wake } from '../port.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { tellsNames } from './grant.ts';
import { returnLent } from './loans.ts';
import { newRecord } from './pool.ts';
import { take, type Taking } from './take.ts';
import { AT_REST, hasWork, wakeOf, withWork, type Moment, type Past } from './work.ts';

export interface AdoptSight {
  readonly intent: Intent;
  readonly resource: Adoption['resource'];
  readonly record: ResourceRecord | null;
  /** Of a name without a record. */
  readonly past: Past | null;
  /** The records of its leases that still exist. */
  readonly leased: readonly ResourceRecord[];
  readonly spec: TypeRecord | null;
}

export interface Terms {
  readonly graceMs: number;
  /** After which (ms) a sign of life is due. */
  readonly keepMs: number;
}

interface Adopted {
  readonly puts: readonly ResourceRecord[];
  readonly wakes: readonly Wake[];
}

/**
 * How long (ms) after an intent was noted it may be adopted: 10 s, as long as a commit may be under way, less than after what
 * others give back what it brought (boskos/http/recover.ts). A later adoption would put a loan that is over in the place of one that
 * was made since.
 */
const ADOPTABLE_MS = 20_000;

export const isAdoptable = ({ at }: Pick<Intent, 'at'>, now: number): boolean => now - at <= ADOPTABLE_MS;

/** A call has brought what it was meant to: from now on the server lends it to this Mason, and the record says so. */
export function adopt(sight: AdoptSight, terms: Terms, moment: Moment): Adopted {
  const { intent, record } = sight;
  // A note that was made twice outlives the adoption.
  if (record?.loan?.owner === intent.owner) return { puts: [], wakes: [] };
  return intent.task === null
    ? { puts: [stockOf(sight, terms, moment)], wakes: [] }
    : adoptForWork({ ...sight, task: intent.task }, terms, moment);
}

function adoptForWork(
  sight: AdoptSight & { readonly task: Taking['task'] },
  terms: Terms,
  moment: Moment,
): Adopted {
  const { intent, task, leased, spec } = sight;
  const { reason, owner } = intent;
  const doomed = spec?.removed === true || (intent.state === STATE.toBeDeleted && mayEnd(spec));
  const lent = lentOf(sight, terms, moment);
  const known = stillKnown(lent);
  const taken = take(known, { task, owner, reason, doomed, graceMs: terms.graceMs }, moment);
  const returned = known === lent ? [] : returnLent(lent, leased, moment);
  return { puts: [taken, ...returned], wakes: [wakeOf(taken, task)] };
}

/** A static one is never dropped by its server, not even as a tombstone: it would be lost. It is cleaned, and goes on. */
const mayEnd = (spec: TypeRecord | null): boolean => spec?.size.kind !== 'static';

/**
 * What the record says of leases that the server's user data doesn't tell any more is history. If it tells others, another
 * Mason has built it since.
 */
function stillKnown(record: ResourceRecord): ResourceRecord {
  if (!hasWork(record)) return record;
  const { leases, builtBy } = record.work;
  const names = leases.map(({ name }) => name);
  if (tellsNames(record.userData, names)) return record;
  const isBuiltByOthers = record.userData[LEASED_RESOURCES] !== undefined;
  return withWork(record, { leases: [], builtBy: isBuiltByOthers ? null : builtBy });
}

/** Supply from now on. A run that the loss of an earlier loan left behind can write nothing any more. */
function stockOf(sight: AdoptSight, terms: Terms, moment: Moment): ResourceRecord {
  const stock = { ...lentOf(sight, terms, moment), state: STATE.free, lastUpdate: moment.at };
  if (!hasWork(stock)) return stock;
  const { token, phase } = stock.work;
  return withWork(stock, {
    ...AT_REST,
    token: phase === null ? token : token + 1,
    phase: null,
    dueAt: null,
    owner: null,
    quarantine: null,
  });
}

/** As the server gave it, in nobody's hands yet. */
function lentOf(
  { intent, resource, record, past }: AdoptSight,
  terms: Terms,
  { at, rand }: Moment,
): ResourceRecord {
  const { name, type, userData } = resource;
  const { owner, dest: state, kind } = intent;
  const loan: Loan = { owner, state, kind, since: at, dueAt: at + terms.keepMs };
  const known = record ?? newRecord({ name, type, state, past }, { at, rand });
  return { ...known, type, owner: '', userData, heldBy: null, expiration: null, rand, loan, hold: null };
}
