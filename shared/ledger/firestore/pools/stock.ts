import type { TypeRecord } from '../../typeRecord.ts';
import { resources } from '../documents/resource.ts';
import type { LedgerParts } from '../ledgerParts.ts';
import { stock, waiting } from '../queries.ts';
import type { Session } from '../store/session.ts';

/** How many of the type are free, or on their way to be: dirty or being cleaned. */
export const countStock = (session: Session, type: string): Promise<number> =>
  session.count(resources, stock(type));

/**
 * How many members more the virtual resources in line need than are free or on their way to be. Users' requests make
 * theirs themselves. A config counts as supply what there can be, so without this a line could wait for ever.
 */
export async function shortfall(
  { types }: LedgerParts,
  session: Session,
  { type, component }: TypeRecord,
): Promise<number> {
  if (component?.physicalTypes.includes(type) !== true) return 0;
  let needed = 0;
  for (const virtualType of component.virtualTypes) {
    const need = (await types.get(session, virtualType))?.needs[type] ?? 0;
    if (need > 0) needed += need * (await session.count(resources, waiting(virtualType)));
  }
  return needed === 0 ? 0 : needed - (await countStock(session, type));
}
