import type { Acquired, AcquireRequest } from '../../port.ts';
import { STATE, type ResourceRecord } from '../../records.ts';
import type { Component } from '../../typeRecord.ts';
import { EMPTY_POOL, poolSizes } from '../documents/pool.ts';
import { answerKey, answers, requestKey, requests } from '../documents/request.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { asPlaced, isUnseen } from '../../transitions/users.ts';
import { forTypes, oldest, waitingBefore } from '../queries.ts';
import type { Session } from '../store/session.ts';
import { makeOnDemand } from './makeOnDemand.ts';
import { countAhead, countLine, takePlace, type Place } from './place.ts';
import { takeByUser } from './takeByUser.ts';

export function acquire(parts: LedgerParts, asked: AcquireRequest): Promise<Acquired> {
  return parts.store.commit(async (session): Promise<Acquired> => {
    const again = await answeredBefore(session, asked);
    if (again !== null) return { kind: 'acquired', resource: again, waitedMs: 0 };
    const place = await takePlace(session, asked);
    const request = asPlaced(asked, place);
    const component = request.ahead === null ? await contention(parts, session, { request, place }) : null;
    if (component !== null) return { kind: 'contended', component, since: place.since };
    const ahead = request.ahead ?? (await countAhead(session, request, place));
    const found = await supplyFor(parts, session, { request, ahead });
    const unseen =
      found !== null && isUnseen(request, found) ? await componentOf(parts, session, request) : null;
    if (unseen !== null) return { kind: 'contended', component: unseen, since: place.since };
    if (found !== null) return give(session, { request, place, record: found });
    return turnAway(parts, session, { request, place, ahead });
  });
}

/** The same request gets the same resource until somebody updates or releases it, or its time is over. */
async function answeredBefore(session: Session, request: AcquireRequest): Promise<ResourceRecord | null> {
  if (request.requestId === '') return null;
  const answer = await session.get(answers, answerKey(request));
  if (answer === null || answer.expiresAt <= session.moment.at) return null;
  const record = await session.get(resources, answer.name);
  return record?.owner === request.owner && record.lastUpdate === answer.lastUpdate ? record : null;
}

interface Asking {
  readonly request: AcquireRequest;
  readonly place: Place;
}

/** The component, if virtual resources wait there for a free resource of the type, and longer than this request. */
async function contention(
  parts: LedgerParts,
  session: Session,
  { request, place }: Asking,
): Promise<Component | null> {
  const component = await componentOf(parts, session, request);
  if (component === null) return null;
  const before = forTypes(component.virtualTypes, (some) => waitingBefore(some, place.since));
  return (await session.findAll(resources, before)).length > 0 ? component : null;
}

/** In which a free one of the type may be needed. */
async function componentOf(
  { types }: LedgerParts,
  session: Session,
  { type, state }: AcquireRequest,
): Promise<Component | null> {
  const component = state === STATE.free ? (await types.get(session, type))?.component : null;
  return component?.physicalTypes.includes(type) === true ? component : null;
}

/** What is left behind those ahead, the longest unchanged first. */
async function supplyFor(
  { contention }: LedgerParts,
  session: Session,
  { request, ahead }: { readonly request: AcquireRequest; readonly ahead: number },
): Promise<ResourceRecord | null> {
  const found =
    ahead === 0
      ? await contention.find(session, request, 1)
      : await session.find(resources, oldest(request.type, request.state, ahead + 1));
  return found[ahead] ?? null;
}

async function give(
  session: Session,
  { request, place, record }: Asking & { readonly record: ResourceRecord },
): Promise<Acquired> {
  const resource = await takeByUser(session, record, request);
  const { at } = session.moment;
  if (request.requestId !== '') {
    const { name, lastUpdate } = resource;
    session.remove(requests, requestKey(request));
    session.put(answers, answerKey(request), { name, lastUpdate, expiresAt: at + request.requestTtlMs });
  }
  return { kind: 'acquired', resource, waitedMs: at - place.since };
}

async function turnAway(
  parts: LedgerParts,
  session: Session,
  { request, place, ahead }: Asking & { readonly ahead: number },
): Promise<Acquired> {
  const { members } = (await session.get(poolSizes, request.type)) ?? EMPTY_POOL;
  if (request.requestId !== '' && !place.isServed) await makeOnDemand(parts, session, request);
  if (members === 0) return { kind: 'unknownType' };
  return { kind: 'none', position: ahead + 1, length: await countLine(session, request, place) };
}
