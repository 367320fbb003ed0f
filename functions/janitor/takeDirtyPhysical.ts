import { forEachAlone } from '../../shared/mason/forEachAlone.ts';
import type { Mason } from '../../shared/mason/mason.ts';
import { publishAll } from '../../shared/mason/publishAll.ts';

/**
 * What the Scheduler's message does: every dirty physical resource that this janitor cleans is sent on its way. Most are
 * by then, since what is given back dirty is taken up at once; here is found what was dirty before, or was lost there.
 */
export async function takeDirtyPhysical({
  boskos,
  ledger,
  engine,
}: Pick<Mason, 'boskos' | 'ledger' | 'engine'>): Promise<void> {
  const physical = (await ledger.configs.types()).filter(({ managed }) => !managed);
  await forEachAlone(physical, boskos.poolsAtOnce, ({ type }) =>
    publishAll(engine, (limit) => boskos.takeForJanitor(type, limit)),
  );
}
