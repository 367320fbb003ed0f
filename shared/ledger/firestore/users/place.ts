import type { AcquireRequest } from '../../port.ts';
import { requestKey, requests, turnOf } from '../documents/request.ts';
import { inLine, inLineBefore } from '../queries.ts';
import type { Session } from '../store/session.ts';

/** A request's place in the line for its type and state. */
export interface Place {
  /** When it began to wait (ms since the epoch). */
  readonly since: number;
  /** Whether a resource was made for it already. */
  readonly isServed: boolean;
  /** Whether the line counts it already. */
  readonly isCounted: boolean;
}

/** Takes or renews the place; a request without an id has none, and stands behind all who have. */
export async function takePlace(session: Session, request: AcquireRequest): Promise<Place> {
  const { type, state, requestId, requestTtlMs } = request;
  if (requestId === '') return { since: session.moment.at, isServed: false, isCounted: true };
  const key = requestKey(request);
  const old = await session.get(requests, key);
  const { at } = session.moment;
  const { since, made } = old ?? { since: at, made: null };
  session.put(requests, key, { type, state, requestId, since, made, expiresAt: at + requestTtlMs });
  return { since, isServed: made !== null, isCounted: (old?.expiresAt ?? 0) > at };
}

/** Remembers that a resource was made for the request, so that its polls don't grow the pool. */
export async function markServed(session: Session, request: AcquireRequest, name: string): Promise<void> {
  const key = requestKey(request);
  const place = await session.get(requests, key);
  if (place !== null) session.put(requests, key, { ...place, made: name });
}

/** Requests with a living place before it. */
export function countAhead(
  session: Session,
  { type, state, requestId }: AcquireRequest,
  { since }: Place,
): Promise<number> {
  const turn = turnOf(since, requestId);
  return session.count(requests, inLineBefore(type, state, { turn, at: session.moment.at }));
}

export async function countLine(
  session: Session,
  { type, state }: AcquireRequest,
  { isCounted }: Place,
): Promise<number> {
  const stored = await session.count(requests, inLine(type, state, session.moment.at));
  return isCounted ? stored : stored + 1;
}
