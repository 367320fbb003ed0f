import type { PoolChange } from '../port.ts';
import { giveBackOrphans } from './orphans.ts';
import type { HttpParts } from './parts.ts';
import { surrenderOld } from './surrender.ts';

/** The server itself keeps its pools at their size, and resets what vanished owners held. */
const NOTHING: PoolChange = { made: [], dropped: [], doomed: [], expired: [], reaped: [] };

/** Gives back what nobody of ours has a use for: stock that was held for too long, and orphans. */
export async function tend(parts: HttpParts, type: string): Promise<PoolChange> {
  const spec = await parts.ledger.configs.type(type);
  if (spec?.component?.physicalTypes.includes(type) !== true) return NOTHING;
  const { at } = await parts.ledger.queue.supply(spec.component, 1);
  await surrenderOld(parts, type, at);
  if (!spec.managed) await giveBackOrphans(parts, spec);
  return NOTHING;
}
