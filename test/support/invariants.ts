import { parse } from 'yaml';

import { LEASED_RESOURCES, STATE, type ResourceRecord, type Work } from '../../shared/ledger/records.ts';
import type { TypeRecord } from '../../shared/ledger/typeRecord.ts';

/**
 * DESIGN.md's "What must always hold", 1 to 3, on all records of a ledger: true after every single commit, whoever
 * works on it and whatever died in between.
 *
 * 1. A physical resource is held by at most one virtual one, and what holds it knows so.
 * 2. A free virtual resource holds exactly its needs, parked; a run's leases are really held.
 * 3. Nobody is in limbo: each record is in a state that somebody moves on, or in quarantine with the reason.
 *
 * Exempt is one moment: a type that has just changed from physical to virtual has free members that nobody built,
 * until the next sync.
 *
 * @returns what is broken, a line each; nothing if all holds
 */
export function checkInvariants(
  records: readonly ResourceRecord[],
  types: readonly TypeRecord[],
): readonly string[] {
  const world: Sight = {
    records: new Map(records.map((record) => [record.name, record])),
    types: new Map(types.map((spec) => [spec.type, spec])),
  };
  return records.flatMap((record) =>
    RULES.flatMap((rule) => rule(record, world)).map((fault) => `${record.type} ${record.name}: ${fault}`),
  );
}

interface Sight {
  readonly records: ReadonlyMap<string, ResourceRecord>;
  readonly types: ReadonlyMap<string, TypeRecord>;
}

type Rule = (record: ResourceRecord, sight: Sight) => readonly string[];

const RULES: readonly Rule[] = [
  isKnown,
  isHeldByItsHolder,
  holdsItsLeases,
  isWhole,
  isMasonsInWork,
  isNotInLimbo,
  isHeldByAPerson,
];

function isKnown({ type }: ResourceRecord, { types }: Sight): string[] {
  return when(!types.has(type), 'its type is not in the ledger');
}

function isHeldByItsHolder(record: ResourceRecord, { records }: Sight): string[] {
  if (record.heldBy === null) return [];
  const holder = records.get(record.heldBy);
  if (holder?.work == null) return [`it is held by ${record.heldBy}, which is not there`];
  const leased = record.state === STATE.leased && record.owner !== '' && record.owner === holder.work.owner;
  return [
    ...when(
      !holder.work.leases.some(({ name }) => name === record.name),
      `it is held by ${holder.name}, which does not lease it`,
    ),
    ...when(!leased && !isParked(record), `it is held by ${holder.name}, and ${stateOf(record)}`),
  ];
}

/** Whoever is at work with leases, or free with them, really holds them: nobody else does. */
function holdsItsLeases(record: ResourceRecord, { records }: Sight): string[] {
  const { work } = record;
  if (work === null) return [];
  const parks = isFree(record);
  const leases = work.phase === 'clean' || work.phase === 'free';
  if (!parks && !leases)
    return when(work.phase === 'fulfill' && work.leases.length > 0, 'it leases in fulfill');
  return work.leases.flatMap(({ name }) => {
    const held = records.get(name);
    if (held?.heldBy !== record.name) return [`its lease ${name} is held by ${held?.heldBy ?? 'nobody'}`];
    return parks
      ? when(!isParked(held), `its lease ${name} is not parked, but ${stateOf(held)}`)
      : when(held.state !== STATE.leased, `its lease ${name} is not leased, but ${stateOf(held)}`);
  });
}

/** Exactly its needs: the types and numbers that the config says by which it was built, and its user data names them. */
function isWhole(record: ResourceRecord, { types }: Sight): string[] {
  const { work, type, userData } = record;
  const spec = types.get(type);
  if (spec?.managed !== true) return [];
  const constructs = work?.phase === 'clean' || work?.phase === 'free';
  if (!isFree(record) && !constructs) return [];
  if (work === null || (work.builtBy === null && !constructs)) return ['it is free and was never built'];
  const { leases } = work;
  const named = namesIn(userData[LEASED_RESOURCES] ?? '[]');
  const names = leases.map(({ name }) => name);
  const isOfToday = (constructs ? work.configHash : work.builtBy) === spec.hash;
  return [
    ...when(
      isOfToday && countsOf(leases) !== countsOf(expand(spec.needs)),
      `it leases ${countsOf(leases)}, and needs ${countsOf(expand(spec.needs))}`,
    ),
    ...when(
      JSON.stringify(named) !== JSON.stringify(names),
      `its user data names ${JSON.stringify(named)}, and it leases ${JSON.stringify(names)}`,
    ),
  ];
}

/** Few texts, asked for after every commit. */
const read = new Map<string, unknown>();
const NAMES_KEPT = 1_000;

function namesIn(text: string): unknown {
  if (!read.has(text)) {
    if (read.size >= NAMES_KEPT) read.clear();
    read.set(text, parse(text));
  }
  return read.get(text);
}

/** What has a phase is owned by Mason and due, or in quarantine; what has none is left alone. */
function isMasonsInWork(record: ResourceRecord): readonly string[] {
  const { work, owner, state } = record;
  if (work === null) return [];
  if (work.phase === null) return faultsAtRest(work);
  return [
    ...when(owner === '' || owner !== work.owner, `it is in ${work.phase}, and owned by "${owner}"`),
    ...(work.quarantine === null ? faultsAtWork(work, state) : faultsInQuarantine(work, state)),
  ];
}

const NULL_AT_REST = [
  'dueAt',
  'claimedUntil',
  'queue',
  'quarantine',
  'constructingSince',
  'awaySince',
] as const;

function faultsAtRest(work: Work): string[] {
  const left = NULL_AT_REST.filter((field) => work[field] !== null);
  return [
    ...left.map((field) => `it has no phase, and still ${field}`),
    ...when(work.awaitsSlot, 'it has no phase, and awaits a slot'),
  ];
}

function faultsAtWork(
  { phase, dueAt, queue, constructingSince, awaySince, awaitsSlot }: Work,
  state: string,
): string[] {
  return [
    ...when(dueAt === null, `it is in ${phase ?? ''}, and nobody will ever look at it`),
    ...when(state !== STATE.cleaning, `it is in ${phase ?? ''}, and ${state}`),
    ...when(queue !== null && phase !== 'fulfill', `it waits for supply in ${phase ?? ''}`),
    ...when(constructingSince !== null && phase !== 'clean', `it constructs in ${phase ?? ''}`),
    ...when(awaySince !== null && constructingSince === null, 'its construct waits, and did not begin'),
    ...when(awaitsSlot && phase !== 'clean', `it awaits a slot in ${phase ?? ''}`),
  ];
}

function faultsInQuarantine(work: Work, state: string): string[] {
  return [
    ...when(state !== STATE.quarantined, `it is in quarantine, and ${state}`),
    ...when(work.quarantine?.reason === '', 'it is in quarantine for no reason'),
    ...when(
      (work.quarantine?.keepUntil ?? null) === null && work.leases.length > 0,
      'it is in quarantine, and keeps its leases for ever',
    ),
    ...when(
      work.dueAt !== null || work.claimedUntil !== null || work.constructingSince !== null,
      'it is in quarantine, and at work',
    ),
  ];
}

/** A hold keeps a resource from everybody, and what is held has one. */
function isHeldByAPerson({ hold, state, owner, heldBy, work }: ResourceRecord): readonly string[] {
  if (hold === null) return when(state === STATE.held && owner === '', 'it is held, and by no hold');
  if (work?.quarantine != null) return [];
  return when(
    state !== STATE.held || owner === '' || heldBy !== null || work?.phase != null,
    `a person holds it, and it is ${state}${owner === '' ? '' : ` (${owner})`}`,
  );
}

/** Any other word is a state of the user's own, unless it is the name of something that will not look there. */
function isNotInLimbo(record: ResourceRecord, { records, types }: Sight): readonly string[] {
  const { state, owner, heldBy, work } = record;
  if (owner !== '' || heldBy !== null || work?.phase != null) return [];
  const named = records.get(state);
  return [
    ...when(
      named !== undefined && !isForeign(types.get(named.type)),
      `it is parked for ${state}, which does not hold it`,
    ),
    ...when(named === undefined && isUuid(state), `it is parked for ${state}, which is gone`),
  ];
}

/** Another Mason builds it, and what it has parked there is not in this ledger's books. */
const isForeign = (spec: TypeRecord | undefined): boolean =>
  spec !== undefined && !spec.managed && spec.config !== null;

const isFree = ({ state, owner, work }: ResourceRecord): boolean =>
  state === STATE.free && owner === '' && work?.phase == null;

const isParked = ({ state, owner, heldBy }: ResourceRecord): boolean =>
  heldBy !== null && state === heldBy && owner === '';

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

const expand = (needs: Readonly<Record<string, number>>): { type: string }[] =>
  Object.entries(needs).flatMap(([type, count]) => Array.from({ length: count }, () => ({ type })));

const countsOf = (leases: readonly { readonly type: string }[]): string =>
  leases
    .map(({ type }) => type)
    .sort()
    .join(',') || 'nothing';

const stateOf = ({ state, owner }: ResourceRecord): string => `${state}${owner === '' ? '' : ` (${owner})`}`;

const when = (broken: boolean, fault: string): string[] => (broken ? [fault] : []);
