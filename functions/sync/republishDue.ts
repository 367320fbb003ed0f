import type { Mason } from '../../shared/mason/mason.ts';

const PAGE = 500;
/** So that a sync with a great backlog ends within its invocation; the rest comes with the next. */
const MAX_PAGES = 20;

/** Publishes every record whose time has come: a lost message, a backoff that is over, a run whose process died. */
export async function republishDue({ ledger, engine }: Pick<Mason, 'ledger' | 'engine'>): Promise<void> {
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const due = await ledger.claims.takeDue(PAGE, REPUBLISH_GRACE_MS);
    await engine.publish(due);
    if (due.length < PAGE) return;
  }
}

/** How long (ms) the repeated message may take before the next sync repeats it again. */
const REPUBLISH_GRACE_MS = 60_000;
