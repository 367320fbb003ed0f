import type { Settled } from '../../port.ts';
import type { ResourceRecord } from '../../records.ts';
import type { Change } from '../../transitions/change.ts';
import { putRecord } from '../ledgerParts.ts';
import type { Session } from '../store/session.ts';

type Written = Extract<Settled, { kind: 'settled' }>;

/** @param before what the change was made of */
export function settledBy(session: Session, change: Change, before: readonly ResourceRecord[]): Written {
  const known = new Map(before.map((record) => [record.name, record]));
  for (const record of change.puts) putRecord(session, record, known.get(record.name) ?? null);
  return { kind: 'settled', record: change.puts[0], wakes: change.wakes, yields: change.yields };
}
