import type { WorkRecord } from '../../records.ts';
import { mustRestart } from '../../transitions/claim.ts';
import type { TypeRecord } from '../../typeRecord.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';

/**
 * The config of the record's type. What the cache knows will do, unless the record would be sent back by it: nobody is to
 * go by a config that was before its own.
 *
 * @param isFresh whether it must be that of now in any case
 */
export async function configOf(
  { types }: LedgerParts,
  session: Session,
  { record, isFresh }: { readonly record: WorkRecord; readonly isFresh: boolean },
): Promise<TypeRecord | null> {
  const known = isFresh ? null : await types.get(session, record.type);
  return known === null || mustRestart(record, known) ? types.read(session, record.type) : known;
}
