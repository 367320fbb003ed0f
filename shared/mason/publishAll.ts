import type { Wake } from '../ledger/port.ts';
import type { Engine } from './engine.ts';

const PAGE = 500;
/** So that a tick with a great backlog ends within its invocation; the rest comes with the next. */
const MAX_PAGES = 20;

/** Takes page by page and publishes each at once, so that a death on the way leaves one page at most to be found due. */
export async function publishAll(
  engine: Pick<Engine, 'publish'>,
  take: (limit: number) => Promise<readonly Wake[]>,
): Promise<void> {
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const wakes = await take(PAGE);
    await engine.publish(wakes);
    if (wakes.length < PAGE) return;
  }
}
