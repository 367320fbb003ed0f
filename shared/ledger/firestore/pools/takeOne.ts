import type { TakeOrder } from '../../port.ts';
import { STATE, type ResourceRecord, type WorkRecord } from '../../records.ts';
import { take } from '../../transitions/take.ts';
import type { Moment } from '../../transitions/work.ts';

export interface Taking {
  readonly order: Pick<TakeOrder, 'newOwner' | 'graceMs'>;
  readonly task: 'recycle' | 'janitor';
  readonly reason: string;
  readonly doomed: boolean;
}

/** Mason takes a resource that nobody has. */
export function takeOne(record: ResourceRecord, taking: Taking, moment: Moment): WorkRecord {
  const { order, task, reason } = taking;
  const doomed = taking.doomed || record.state === STATE.toBeDeleted;
  const { graceMs } = order;
  return take(record, { task, owner: order.newOwner(), graceMs, reason, doomed }, moment);
}
