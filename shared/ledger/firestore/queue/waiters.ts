import type { Queue, Waiter } from '../../port.ts';
import type { Component } from '../../typeRecord.ts';
import { requests, turnOf } from '../documents/request.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { inLineAfter, waitingSince } from '../queries.ts';
import { documentId } from '../store/documentId.ts';
import type { Session } from '../store/session.ts';

type Page = Parameters<Queue['waiters']>[1];
interface Start {
  readonly since: number;
  readonly name: string;
}

/** Type by type: one query over all would have to leave out those of an old config afterwards, and come back short. */
export function waiters(parts: LedgerParts, component: Component, page: Page): Promise<readonly Waiter[]> {
  const { limit } = page;
  const start = page.after ?? BEGINNING;
  return parts.store.look(async (session) => {
    parts.sight.keep(session);
    const found = await Promise.all([
      ...component.virtualTypes.map((type) => waitersOf(parts, session, { type, start, limit })),
      ...component.physicalTypes.map((type) => requestsFor(session, { type, start, limit })),
    ]);
    return found.flat().sort(byTurn).slice(0, limit);
  });
}

const BEGINNING: Start = { since: 0, name: '' };

const byTurn = (a: Waiter, b: Waiter): number => a.since - b.since || (a.name < b.name ? -1 : 1);

interface Lane {
  readonly type: string;
  readonly start: Start;
  readonly limit: number;
}

async function waitersOf({ types }: LedgerParts, session: Session, lane: Lane): Promise<Waiter[]> {
  const { type, start, limit } = lane;
  const spec = await types.get(session, type);
  if (spec === null) return [];
  const { needs, hash } = spec;
  const after = [start.since, documentId(start.name)] as const;
  const records = await session.find(resources, waitingSince({ type, hash }, after, limit));
  return records.flatMap(({ name, work }): Waiter[] =>
    work?.queue == null ? [] : [{ kind: 'virtual', name, token: work.token, needs, ...work.queue }],
  );
}

async function requestsFor(session: Session, { type, start, limit }: Lane): Promise<Waiter[]> {
  const turn = turnOf(start.since, start.name);
  const found = await session.find(requests, inLineAfter(type, { turn, at: session.moment.at, limit }));
  return found.map(({ requestId, since }) => ({
    kind: 'request',
    name: requestId,
    since,
    needs: { [type]: 1 },
  }));
}
