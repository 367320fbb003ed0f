import { STATE, type ResourceRecord, type WorkRecord } from '../records.ts';
import type { TypeRecord } from '../typeRecord.ts';
import { mustRestart } from './claim.ts';
import { isClaimed, type Moment } from './work.ts';

/** Whether it waits for supply by today's config, and no run has it at this moment. */
export const isGrantable = (record: WorkRecord, spec: TypeRecord, { at }: Moment): boolean =>
  record.work.phase === 'fulfill' &&
  record.work.queue !== null &&
  !isClaimed(record, at) &&
  !mustRestart(record, spec);

/** Whether it can be leased. */
export const isFree = ({ state, owner }: ResourceRecord): boolean => state === STATE.free && owner === '';
