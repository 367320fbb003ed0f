import type { Mason } from '../../shared/mason/mason.ts';
import { publishAll } from '../../shared/mason/publishAll.ts';

/** How long (ms) the repeated message may take before the next sync repeats it again. */
const REPUBLISH_GRACE_MS = 60_000;

/** Publishes every record whose time has come: a lost message, a backoff that is over, a run whose process died. */
export function republishDue({ ledger, engine }: Pick<Mason, 'ledger' | 'engine'>): Promise<void> {
  return publishAll(engine, (limit) => ledger.claims.takeDue(limit, REPUBLISH_GRACE_MS));
}
