import type { Adoption, Wake } from '../../port.ts';
import { adopt as adoptRecord, isAdoptable, type Terms } from '../../transitions/adopt.ts';
import { EVERYBODY } from '../../transitions/disclaim.ts';
import { since } from '../../transitions/pool.ts';
import { intents } from '../documents/intent.ts';
import { pasts } from '../documents/pool.ts';
import { resources } from '../documents/resource.ts';
import { leasedBy, putRecord, type LedgerParts } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';

/** One commit ends the intent and makes the record, so that of two who recover the same one finds it done. */
export function adopt(
  parts: LedgerParts,
  adoptions: readonly Adoption[],
  terms: Terms,
): Promise<readonly Wake[]> {
  return parts.store.commit(async (session) => {
    const names = adoptions.map(({ resource }) => resource.name);
    const owners = adoptions.map(({ owner }) => owner);
    await Promise.all([
      session.getAll(resources, names),
      session.getAll(pasts, [...names, EVERYBODY]),
      session.getAll(intents, owners),
    ]);
    const wakes: Wake[] = [];
    for (const adoption of adoptions) wakes.push(...(await adoptOne(parts, session, { adoption, terms })));
    return wakes;
  });
}

async function adoptOne(
  { types }: LedgerParts,
  session: Session,
  { adoption, terms }: { readonly adoption: Adoption; readonly terms: Terms },
): Promise<readonly Wake[]> {
  const { owner, resource } = adoption;
  const intent = await session.get(intents, owner);
  if (intent === null || !isAdoptable(intent, session.moment.at)) return [];
  session.remove(intents, owner);
  const record = await session.get(resources, resource.name);
  const leased = record === null ? [] : await leasedBy(session, record);
  const [past = null, floor = null] =
    record === null ? await session.getAll(pasts, [resource.name, EVERYBODY]) : [];
  const spec = await types.get(session, resource.type);
  const { puts, wakes } = adoptRecord(
    { intent, resource, record, past: since(past, floor), leased, spec },
    terms,
    session.moment,
  );
  const before = new Map([record, ...leased].map((one) => [one?.name, one]));
  for (const put of puts) putRecord(session, put, before.get(put.name) ?? null);
  return wakes;
}
