import type { Wake, WrittenEnd } from '../port.ts';
import type { ResourceRecord, WorkRecord } from '../records.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { givenBackIn } from './takes.ts';

/** What a commit writes, and what is to be told once it is written. */
export interface Change {
  /** The settled record first. */
  readonly puts: readonly [WorkRecord, ...ResourceRecord[]];
  readonly wakes: readonly Wake[];
  /** Types of which a resource became free: somebody may wait for it. */
  readonly yields: readonly string[];
}

/** What is told of it. */
export const settled = ({ puts, wakes, yields }: Change): WrittenEnd => ({
  kind: 'settled',
  record: puts[0],
  wakes,
  yields,
  givenBack: givenBackIn(puts),
});

export interface SettleSight {
  readonly record: WorkRecord;
  /** The records of its leases that still exist. */
  readonly leased: readonly ResourceRecord[];
  readonly spec: TypeRecord;
}
