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
  const leases = work?.leases.map((lease) => lease.name) ?? [];
  const { quarantine = null, lastError = null } = work ?? {};
  return {
    ...{ name, type, state: heldBy === state ? 'parked' : state, heldBy, lastUpdate },
    owner: cut(owner, 60),
    phase: work?.phase ?? null,
    waitingSince: work?.queue?.since ?? null,
    attempts: work?.attempts ?? 0,
    error: cut(quarantine?.reason ?? (work?.phase == null ? '' : (lastError?.message ?? '')), 160),
    leases: leases.slice(0, LEASES),
    moreLeases: Math.max(0, leases.length - LEASES),
  };
}
