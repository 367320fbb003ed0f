import type { Settled } from '../ledger/port.ts';
import type { WorkRecord } from '../ledger/records.ts';
import type { Log, LogEntry } from '../runtime/log.ts';
import type { Outcome } from './run.ts';

export interface SettledRun {
  readonly before: WorkRecord;
  readonly outcome: Outcome;
  readonly settled: Extract<Settled, { kind: 'settled' }>;
}

/** Says in the log what came of a run. */
export function reportSettled(log: Log, { before, outcome, settled }: SettledRun): void {
  const { name, work } = before;
  const after = settled.record.work;
  if (outcome.kind === 'failed')
    log({
      severity: 'WARNING',
      event: 'failed',
      message: `${name}: ${outcome.message}`,
      ...labelsOf(before),
    });
  if (after?.quarantine != null) reportQuarantine(log, { ...settled.record, work: after });
  if (outcome.kind === 'failed') return;
  const { event, end } = endOf(outcome, settled);
  log({
    severity: 'INFO',
    event,
    message: `${name}: ${work.phase ?? ''} ${end}`,
    ...labelsOf(before),
  });
}

function endOf(outcome: Outcome, { record, wakes }: SettledRun['settled']): { event: string; end: string } {
  if (outcome.kind === 'needsSupply' && wakes.length === 0)
    return { event: 'waiting', end: 'waits for supply' };
  if (outcome.kind === 'notYet') return { event: outcome.kind, end: 'not yet done' };
  if (outcome.kind === 'readyToFree' && record.work?.phase === 'recycle')
    return { event: 'restarted', end: `not done: ${record.work.history.at(-1)?.what ?? ''}` };
  return { event: outcome.kind, end: 'done' };
}

export function reportLost(log: Log, record: WorkRecord): void {
  log({
    severity: 'WARNING',
    event: 'lost',
    message: `a run of ${record.name} lost its claim and wrote nothing`,
    ...labelsOf(record),
  });
}

export function reportDisowned(log: Log, record: WorkRecord): void {
  const message = `${record.name} was let go: its Boskos no longer counts it as ours`;
  log({ severity: 'WARNING', event: 'disowned', message, ...labelsOf(record) });
}

export function reportQuarantine(log: Log, record: WorkRecord): void {
  const message = `${record.name} is in quarantine: ${record.work.quarantine?.reason ?? ''}`;
  log({ severity: 'ERROR', event: 'quarantined', message, ...labelsOf(record) });
}

/** What the log and the spans say of a run. */
export function labelsOf({
  name,
  type,
  work: { phase, cycle },
}: WorkRecord): Pick<LogEntry, 'resource' | 'type' | 'phase' | 'cycle'> {
  return { resource: name, type, cycle, ...(phase !== null && { phase }) };
}
