import type { WrittenEnd } from '../ledger/port.ts';
import type { WorkRecord } from '../ledger/records.ts';
import type { Log, LogEntry } from '../runtime/log.ts';
import type { Outcome } from './run.ts';

export interface SettledRun {
  readonly before: WorkRecord;
  /** restarted: its work was not begun. */
  readonly outcome: Outcome | { readonly kind: 'restarted' };
  readonly settled: WrittenEnd;
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
  if (outcome.kind === 'needsSupply' && after?.phase === 'clean') {
    reportFulfilled(
      log,
      labelsOf(before),
      after.leases.map((lease) => lease.name),
    );
    return;
  }
  const { event, end } = endOf(outcome, settled);
  log({
    severity: 'INFO',
    event,
    message: `${name}: ${work.phase ?? ''} ${end}`,
    ...labelsOf(before),
  });
}

function endOf(
  outcome: SettledRun['outcome'],
  { record }: SettledRun['settled'],
): { event: string; end: string } {
  if (outcome.kind === 'notYet') return { event: outcome.kind, end: 'not yet done' };
  if (isOneOf(outcome, ['needsSupply', 'readyToFree', 'restarted']) && record.work?.phase === 'recycle')
    return { event: 'restarted', end: `not done: ${record.work.history.at(-1)?.what ?? ''}` };
  if (outcome.kind === 'needsSupply') return { event: 'waiting', end: 'waits for supply' };
  return { event: outcome.kind, end: 'done' };
}

const isOneOf = ({ kind }: SettledRun['outcome'], kinds: readonly SettledRun['outcome']['kind'][]): boolean =>
  kinds.includes(kind);

/** Says that a resource has got all that it needs, at once or in its turn: that is fulfill's end, whoever brings it about. */
export function reportFulfilled(log: Log, labels: Labels, resources: readonly string[]): void {
  const got = resources.length === 0 ? '' : `: ${listed(resources)}`;
  const message = `${labels.resource}: fulfill done${got}`;
  log({ severity: 'INFO', event: 'fulfilled', message, ...labels });
}

const listed = (names: readonly string[]): string =>
  [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');

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

type Labels = Pick<LogEntry, 'type' | 'phase' | 'cycle'> & { readonly resource: string };

/** What the log and the spans say of a run. */
export function labelsOf({ name, type, work: { phase, cycle } }: WorkRecord): Labels {
  return { resource: name, type, cycle, ...(phase !== null && { phase }) };
}
