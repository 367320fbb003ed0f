import type { Ledger } from '../ledger/port.ts';
import { hasWork } from '../ledger/transitions/work.ts';
import type { Log } from '../runtime/log.ts';
import { reasonOf } from './reasonOf.ts';
import { reportQuarantine } from './report.ts';

/**
 * What a failed construct was made of may have been set aside with its return (see returnLeases). Nobody else tells of it,
 * and alerts are made of the line; a fault here costs that line alone.
 *
 * @param names of what was given back
 */
export async function reportSuspects(
  { ledger, log }: { readonly ledger: Ledger; readonly log: Log },
  names: readonly string[],
): Promise<void> {
  try {
    for (const name of names) {
      const record = await ledger.views.record(name);
      if (hasWork(record) && record.work.quarantine?.suspect === true) reportQuarantine(log, record);
    }
  } catch (error) {
    const message = `could not see which of ${names.join()} are set aside (${reasonOf(error)})`;
    log({ severity: 'WARNING', event: 'unseen', message });
  }
}
