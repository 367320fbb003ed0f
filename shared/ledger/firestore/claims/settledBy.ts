import type { WrittenEnd } from '../../port.ts';
import type { ResourceRecord } from '../../records.ts';
import { settled, type Change } from '../../transitions/change.ts';
import { putRecord } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';

/** @param before what the change was made of */
export function settledBy(session: Session, change: Change, before: readonly ResourceRecord[]): WrittenEnd {
  const known = new Map(before.map((record) => [record.name, record]));
  for (const record of change.puts) putRecord(session, record, known.get(record.name) ?? null);
  return settled(change);
}
