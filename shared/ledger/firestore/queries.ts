import type { RecordFilter } from '../port.ts';
import { STATE } from '../records.ts';
import { documentId } from './store/documentId.ts';
import { NAME, type Condition, type Query } from './store/kind.ts';

/**
 * Every query of the ledger. In production each needs an index, which the emulator does not ask for:
 * infra/firestore.json has them, and a test holds that against what the contract suite really asks.
 */

const ofType = (type: string): Condition => ['type', '==', type];

// ---- work that is due

export const dueBy = (at: number, limit: number): Query => ({
  where: [['dueAt', '<=', at]],
  orderBy: ['dueAt'],
  limit,
});

/** Everything with work, page by page. */
export const dueAtAll = (after: readonly [dueAt: number, name: string] | null, limit: number): Query => ({
  where: [['dueAt', '>', 0]],
  orderBy: ['dueAt', NAME],
  ...(after !== null && { after }),
  limit,
});

export const constructing = (type: string): Query => ({
  where: [ofType(type), ['slot', '==', 'held']],
});

export const awaitingSlot = (type: string): Query => ({
  where: [ofType(type), ['slot', '==', 'awaited']],
  orderBy: ['slotSince', NAME],
  limit: 1,
});

// ---- supply

const unowned = (type: string, state: string): readonly Condition[] => [
  ofType(type),
  ['state', '==', state],
  ['owner', '==', ''],
];

/** The longest unchanged first. */
export const oldest = (type: string, state: string, limit: number): Query => ({
  where: unowned(type, state),
  orderBy: ['lastUpdate', NAME],
  limit,
});

/** From a random cursor on: where others hardly look at the same time. */
export const anywhere = (
  { type, state }: { readonly type: string; readonly state: string },
  from: number,
  limit: number,
): Query => ({
  where: [...unowned(type, state), ['rand', '>=', from]],
  orderBy: ['rand'],
  limit,
});

export const stock = (type: string): Query => ({ where: [ofType(type), ['stock', '==', true]] });

// ---- who waits

export const waiting = (type: string): Query => ({ where: [ofType(type), ['queueSince', '>', 0]] });

/** By the config of this hash: those of an older one begin again. */
export const waitingSince = (
  { type, hash }: { readonly type: string; readonly hash: string },
  after: readonly [since: number, name: string],
  limit: number,
): Query => ({
  where: [ofType(type), ['configHash', '==', hash]],
  orderBy: ['queueSince', NAME],
  after,
  limit,
});

/** By the config of this hash. */
export const waitingBy = ({ type, hash }: { readonly type: string; readonly hash: string }): Query => ({
  where: [ofType(type), ['configHash', '==', hash], ['queueSince', '>', 0]],
});

export const firstWaiting = (type: string): Query => ({
  where: [ofType(type)],
  orderBy: ['queueSince', NAME],
  limit: 1,
});

/** Values that one `in` takes (https://firebase.google.com/docs/firestore/query-data/queries#in_and_array-contains-any). */
const IN_VALUES = 30;

/** One query for each 30 types; none for none. */
export const forTypes = (
  types: readonly string[],
  query: (some: readonly string[]) => Query,
): readonly Query[] =>
  Array.from({ length: Math.ceil(types.length / IN_VALUES) }, (_, chunk) =>
    query(types.slice(chunk * IN_VALUES, (chunk + 1) * IN_VALUES)),
  );

export const waitingBefore = (types: readonly string[], since: number): Query => ({
  where: [
    ['type', 'in', types],
    ['queueSince', '<', since],
  ],
  limit: 1,
});

/** One more than the asker itself. */
export const anyTwoWaiting = (types: readonly string[]): Query => ({
  where: [
    ['type', 'in', types],
    ['queueSince', '>', 0],
  ],
  orderBy: ['queueSince'],
  limit: 2,
});

// ---- what Mason takes

export const shelved = (type: string, shelves: readonly string[], limit: number): Query => ({
  where: [ofType(type), ['shelf', 'in', shelves]],
  orderBy: ['lastUpdate', NAME],
  limit,
});

export const dead = (type: string): Query => ({
  where: [ofType(type), ['shelf', '==', STATE.tombstone]],
});

export const tombstones = (type: string): Query => ({
  where: [ofType(type), ['state', '==', STATE.tombstone]],
});

export const builtOtherwise = (type: string, hash: string, limit: number): Query => ({
  where: [ofType(type), ['builtFree', '!=', hash]],
  limit,
});

export const ready = (type: string): Query => ({ where: [ofType(type), ['ready', '==', true]] });

export const returning = (type: string): Query => ({
  where: [ofType(type), ['state', '==', STATE.cleaning], ['phase', '==', 'recycle']],
  limit: 1,
});

// ---- what time ends

export const expiring = (type: string, at: number): Query => ({
  where: [ofType(type), ['expiring', '<=', at]],
});

/** Held by users, in any of these states, since before. */
export const heldByUsers = (type: string, states: readonly string[], before: number): Query => ({
  where: [ofType(type), ['state', 'in', states], ['userSince', '<', before]],
});

/** Nobody's, in any of these states, since before. */
export const strayIn = (type: string, states: readonly string[], before: number): Query => ({
  where: [ofType(type), ['state', 'in', states], ['straySince', '<', before]],
});

export const stray = (type: string, before: number): Query => ({
  where: [ofType(type), ['straySince', '<', before]],
});

/** Holds that are over, and what was kept in quarantine for long enough. */
export const holdEndsBy = (at: number, limit: number): Query => ({
  where: [['holdEnds', '<=', at]],
  orderBy: ['holdEnds'],
  limit,
});

/** What lies somewhere for a virtual resource, from a random place on. */
export const keptFrom = (rand: number, limit: number): Query => ({
  where: [['keptRand', '>=', rand]],
  orderBy: ['keptRand'],
  limit,
});

/** The same before that place. */
export const keptBefore = (rand: number, limit: number): Query => ({
  where: [['keptRand', '<', rand]],
  orderBy: ['keptRand'],
  limit,
});

// ---- members

export const members = (type: string): Query => ({ where: [ofType(type)] });

export const namingConfig = (type: string, field: 'configHash' | 'builtBy', hash: string): Query => ({
  where: [ofType(type), [field, '==', hash]],
  limit: 1,
});

/** Above whatever an id can go on with: of other than ASCII there is nothing in one. */
const HIGHEST = '\u{10FFFF}';

export const records = ({ limit, after, prefix, ...equal }: RecordFilter): Query => {
  const begin = documentId(prefix ?? '');
  return {
    where: [
      ...Object.entries(equal).map(([field, value]): Condition => [field, '==', value]),
      ...(prefix === undefined || prefix === ''
        ? []
        : ([
            [NAME, '>=', begin],
            [NAME, '<', `${begin}${HIGHEST}`],
          ] as const)),
    ],
    orderBy: [NAME],
    ...(after !== undefined && { after: [documentId(after)] }),
    limit,
  };
};

// ---- what people see of the pools

export const inAnyPool = (state: string): Query => ({ where: [['state', '==', state]], limit: 1 });

export const inState = (type: string, state: string): Query => ({
  where: [ofType(type), ['state', '==', state]],
});

/** In the hands of users. */
export const usedIn = (type: string, state: string): Query => ({
  where: [ofType(type), ['state', '==', state], ['userSince', '>', 0]],
});

/** In nobody's hands, where a user left it. */
export const strayAt = (type: string, state: string): Query => ({
  where: [ofType(type), ['state', '==', state], ['straySince', '>', 0]],
});

export const kept = (type: string): Query => ({ where: [ofType(type), ['keptRand', '>=', 0]] });

export const waitingAnywhere = (limit: number): Query => ({ orderBy: ['queueSince', NAME], limit });

export const askedForAnything = (at: number, limit: number): Query => ({
  where: [['expiresAt', '>', at]],
  orderBy: ['turn', 'expiresAt'],
  limit,
});

export const samplesSince = (since: number): Query => ({
  where: [['until', '>=', since]],
  orderBy: ['until'],
});

// ---- what another server lends

export const loanDueBy = (at: number, limit: number): Query => ({
  where: [['loanDue', '<=', at]],
  orderBy: ['loanDue'],
  limit,
});

/** Free and lent, the oldest loan first. */
export const lentStock = (type: string, limit: number): Query => ({
  where: [ofType(type)],
  orderBy: ['lentStock', NAME],
  limit,
});

interface BuiltOtherwise {
  readonly type: string;
  /** Of the config in force. */
  readonly hash: string;
}

/** Given back and built by another config, from a random place on. */
export const returnedFrom = ({ type, hash }: BuiltOtherwise, rand: number, limit: number): Query => ({
  where: [ofType(type), ['rand', '>=', rand], ['returnedBuilt', '!=', hash]],
  orderBy: ['rand'],
  limit,
});

/** The same before that place. */
export const returnedBefore = ({ type, hash }: BuiltOtherwise, rand: number, limit: number): Query => ({
  where: [ofType(type), ['rand', '<', rand], ['returnedBuilt', '!=', hash]],
  orderBy: ['rand'],
  limit,
});

export const intendedBefore = (before: number, limit: number): Query => ({
  where: [['at', '<', before]],
  orderBy: ['at', NAME],
  limit,
});

// ---- users' requests

const line = (type: string, state: string): readonly Condition[] => [ofType(type), ['state', '==', state]];

export const inLine = (type: string, state: string, at: number): Query => ({
  where: [...line(type, state), ['expiresAt', '>', at]],
});

export const inLineBefore = (type: string, state: string, place: { turn: string; at: number }): Query => ({
  where: [...line(type, state), ['turn', '<', place.turn], ['expiresAt', '>', place.at]],
  orderBy: ['turn', 'expiresAt'],
});

export const inLineAfter = (
  type: string,
  place: { readonly turn: string; readonly at: number; readonly limit: number },
): Query => ({
  where: [...line(type, STATE.free), ['turn', '>', place.turn], ['expiresAt', '>', place.at]],
  orderBy: ['turn', 'expiresAt'],
  limit: place.limit,
});

export const askedFor = (types: readonly string[], at: number): Query => ({
  where: [
    ['type', 'in', types],
    ['state', '==', STATE.free],
    ['expiresAt', '>', at],
  ],
  limit: 1,
});

export const expiredBefore = (before: number): Query => ({ where: [['expiresAt', '<', before]] });
