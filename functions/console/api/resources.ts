import type { ResourceRecord } from '../../../shared/ledger/records.ts';
import type { ConsoleParts } from '../parts.ts';
import { cut } from './cut.ts';
import { parameter } from './query.ts';

const PAGE = 50;
/** Leases that a row names. */
const LEASES = 4;

/** Parameters of the page → of the ledger. */
const FILTERS = { type: 'type', state: 'state', phase: 'phase', q: 'prefix', after: 'after' } as const;

/** One page of resources by name, without user data. */
export async function listResources(
  { mason: { ledger } }: ConsoleParts,
  query: URLSearchParams,
): Promise<unknown> {
  const filter = Object.fromEntries(
    Object.entries(FILTERS).flatMap(([key, field]) => {
      const value = parameter(query, key);
      return value === undefined ? [] : [[field, value]];
    }),
  );
  const found = await ledger.views.records({ ...filter, limit: PAGE + 1 });
  const page = found.slice(0, PAGE);
  return { resources: page.map(row), after: found.length > PAGE ? (page.at(-1)?.name ?? null) : null };
}

function row({ name, type, state, owner, heldBy, lastUpdate, work }: ResourceRecord) {
  return {
    ...{ name, type, state: heldBy === state ? 'parked' : state, heldBy, lastUpdate },
    owner: cut(owner, 60),
    ...workOf(work),
  };
}

function workOf(work: ResourceRecord['work']) {
  const { phase = null, queue = null, attempts = 0, leases = [] } = work ?? {};
  return {
    ...{ phase, attempts },
    waitingSince: queue?.since ?? null,
    error: cut(errorOf(work), 160),
    leases: leases.slice(0, LEASES).map((lease) => lease.name),
    moreLeases: Math.max(0, leases.length - LEASES),
  };
}

/**
 * The cause alone: its phase and how often it was tried have columns of their own. Of one that is at rest the last error is of
 * the past.
 */
function errorOf(work: ResourceRecord['work']): string {
  if (work?.phase == null) return '';
  const { quarantine, lastError } = work;
  const cause = lastError?.message ?? '';
  const isTold = quarantine === null || (cause !== '' && quarantine.reason.includes(cause));
  return isTold ? cause : quarantine.reason;
}
