import type { Waiting } from '../../port.ts';
import { requests } from '../documents/request.ts';
import { resources } from '../documents/resource.ts';
import { askedForAnything, waitingAnywhere } from '../queries.ts';
import type { Session } from '../store/session.ts';

export async function waiting(session: Session, limit: number): Promise<Waiting[]> {
  const virtual = await session.find(resources, waitingAnywhere(limit));
  const asked = await session.find(requests, askedForAnything(session.moment.at, limit));
  return [
    ...virtual.flatMap(({ name, type, work }): Waiting[] =>
      work?.queue == null ? [] : [{ kind: 'virtual', name, type, since: work.queue.since }],
    ),
    ...asked.map(({ requestId, type, state, since }): Waiting => ({
      kind: 'request',
      name: requestId,
      type,
      state,
      since,
    })),
  ]
    .sort((a, b) => a.since - b.since)
    .slice(0, limit);
}
