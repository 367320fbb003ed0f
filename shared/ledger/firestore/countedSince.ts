import { EVERYBODY, since } from '../transitions/disclaim.ts';
import type { Past } from '../transitions/work.ts';
import { pasts } from './documents/pool.ts';
import type { Session } from './store/session.ts';

/** Since when the counters of a record go on that is made under this name (see Restores.begin). */
export async function countedSince(session: Session, name: string): Promise<Past | null> {
  const [past = null, floor = null] = await session.getAll(pasts, [name, EVERYBODY]);
  return since(past, floor);
}
