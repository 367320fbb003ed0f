import { isPhysical } from '../../ledger/typeRecord.ts';
import type { PoolChange } from '../port.ts';
import { giveBackOrphans } from './orphans.ts';
import type { HttpParts } from './parts.ts';
import { surrenderOld } from './surrender.ts';

/** The server itself keeps its pools at their size, and resets what vanished owners held. */
const NOTHING: PoolChange = { made: [], dropped: [], doomed: [], expired: [], reaped: [] };

/** Gives back what nobody of ours has a use for: stock that was held for too long, and orphans. */
export async function tend(parts: HttpParts, type: string): Promise<PoolChange> {
  const spec = await parts.ledger.configs.type(type);
  if (spec === null) return NOTHING;
  const { component, managed } = spec;
  const needed = component?.physicalTypes.includes(type) === true ? component : null;
  // Stock of what the config in force needs nowhere any more is old at once.
  const at = needed === null ? Infinity : (await parts.ledger.queue.supply(needed, 1)).at;
  await surrenderOld(parts, type, at);
  if (!managed && (needed !== null || isPhysical(spec))) await giveBackOrphans(parts, spec);
  return NOTHING;
}
