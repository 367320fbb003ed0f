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
  const waits = outcome.kind === 'needsSupply' && settled.wakes.length === 0;
  const end = waits ? 'waits for supply' : outcome.kind === 'notYet' ? 'not yet done' : 'done';
  log({
    severity: 'INFO',
    event: waits ? 'waiting' : outcome.kind,
    message: `${name}: ${work.phase ?? ''} ${end}`,
    ...labelsOf(before),
  });
}

export function reportLost(log: Log, record: WorkRecord): void {
  log({
    severity: 'WARNING',
    event: 'lost',
    message: `a run of ${record.name} lost its claim and wrote nothing`,
    ...labelsOf(record),
  });
}

export function reportQuarantine(log: Log, record: WorkRecord): void {
  const message = `${record.name} is in quarantine: ${record.work.quarantine?.reason ?? ''}`;
  log({ severity: 'ERROR', event: 'quarantined', message, ...labelsOf(record) });
}

function labelsOf({
  name,
  type,
  work: { phase, cycle },
}: WorkRecord): Pick<LogEntry, 'resource' | 'type' | 'phase' | 'cycle'> {
  return { resource: name, type, cycle, ...(phase !== null && { phase }) };
}
