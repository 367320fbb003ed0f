import type { OrderRefusal } from '../port.ts';
import { STATE, type ResourceRecord } from '../records.ts';
import { isPaused, type TypeRecord } from '../typeRecord.ts';
import { TAKEN_STATES } from './states.ts';

const ORDERABLE: readonly string[] = [...TAKEN_STATES, STATE.free];

/**
 * Why a person's order to recycle this resource does not hold; null: it does.
 *
 * @param orderedAt when it was given (ms since the epoch)
 */
export function orderRefusal(
  record: ResourceRecord | null,
  spec: TypeRecord | null,
  orderedAt: number,
): OrderRefusal | null {
  if (record === null) return 'unknown';
  if (spec?.managed !== true) return 'unconfigured';
  if (record.work?.phase === 'recycle') return 'underWay';
  if (record.owner !== '' || record.loan !== null) return 'held';
  if (isPaused(spec)) return 'paused';
  return !ORDERABLE.includes(record.state) || record.lastUpdate > orderedAt ? 'stale' : null;
}
