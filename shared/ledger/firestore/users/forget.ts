import { answers, requests } from '../documents/request.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { expiredBefore } from '../queries.ts';

export async function forget({ store }: LedgerParts, ageMs: number): Promise<void> {
  const before = await store.look((session) => Promise.resolve(session.moment.at - ageMs));
  await store.deleteAll(requests, expiredBefore(before));
  await store.deleteAll(answers, expiredBefore(before));
}
