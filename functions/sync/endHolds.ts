import type { EndedHold } from '../../shared/ledger/port.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import { reportSuspects } from '../../shared/mason/reportSuspects.ts';

/** Holds that one call ends. */
const PAGE = 20;
/** A thousand holds that end at once take one more sync. */
const MOST_PAGES = 50;

/**
 * Ends the holds whose time is over, returns what was kept in quarantine for long enough, and takes in what lies where
 * nobody would ever fetch it.
 */
export async function endHolds({
  ledger,
  boskos,
  waking,
  log,
}: Pick<Mason, 'ledger' | 'boskos' | 'waking' | 'log'>): Promise<void> {
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const ended = await ledger.holds.endDue(PAGE);
    for (const end of ended) {
      log({ severity: 'INFO', event: 'hold-ended', ...told(end) });
      await reportSuspects({ ledger, log }, end.returned);
    }
    await waking.givenBack(ended.flatMap(({ givenBack }) => givenBack));
    if (ended.length < PAGE) break;
  }
  const orphans = await boskos.takeInOrphans();
  if (orphans.length === 0) return;
  const message = `nobody leases what was kept for him: ${orphans.join(', ')} went back dirty`;
  log({ severity: 'WARNING', event: 'orphaned', message });
}

function told({ record: { name, type, state }, returned }: EndedHold): {
  readonly message: string;
  readonly resource: string;
  readonly type: string;
} {
  const end =
    returned.length === 0
      ? `is no longer held, and ${state}`
      : `gave back ${returned.join(', ')}, and is ${state}`;
  return { message: `${name} ${end}`, resource: name, type };
}
