import type { Wake } from '../../shared/ledger/port.ts';
import type { Mason } from '../../shared/mason/mason.ts';

/** Resources taken of one type in one tick: the rest comes with the next. */
const TAKE_LIMIT = 200;

/** What the Scheduler's message does: every dirty physical resource that this janitor cleans is sent on its way. */
export async function takeDirtyPhysical({
  boskos,
  ledger,
  engine,
}: Pick<Mason, 'boskos' | 'ledger' | 'engine'>): Promise<void> {
  for (const { type, managed } of await ledger.configs.types()) {
    if (managed) continue;
    const wakes: readonly Wake[] = await boskos.takeForJanitor(type, TAKE_LIMIT);
    await engine.publish(wakes);
  }
}
