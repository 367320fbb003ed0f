import { changePause } from '../../transitions/config.ts';
import type { Pause } from '../../typeRecord.ts';
import { configHead, HEAD, types } from '../documents/config.ts';
import type { LedgerParts } from '../ledgerParts.ts';

export async function pause(
  parts: LedgerParts,
  type: string,
  order: Omit<Pause, 'at'> | null,
): Promise<boolean> {
  const isChanged = await parts.store.commit(async (session) => {
    const { stores } = (await session.get(configHead, HEAD)) ?? { stores: 0 };
    const document = await session.get(types, type);
    const { at } = session.moment;
    const spec = changePause(document?.spec ?? null, order && { ...order, at });
    if (document === null || spec === null) return false;
    session.put(types, type, { ...document, spec });
    session.put(configHead, HEAD, { stores: stores + 1 });
    return true;
  });
  parts.types.forget();
  return isChanged;
}
