import { buildHash } from '../config/buildHash.ts';
import type { MasonConfig } from '../config/schema.ts';
import type { TypeRecord } from '../ledger/typeRecord.ts';
import { componentsOf } from './needs.ts';

/**
 * A config as the ledger keeps it: a record for each type.
 * @param present what the ledger has: what a person has paused stays so
 */
export function typeRecordsOf({ resources }: MasonConfig, present: readonly TypeRecord[]): TypeRecord[] {
  const pauses = new Map(present.map(({ type, pause }) => [type, pause]));
  const needing = resources.map(({ type, needs, managed, mason }) => ({
    type,
    needs: managed ? needs : {},
    paused: mason.paused || (pauses.get(type) ?? null) !== null,
  }));
  const components = componentsOf(needing);
  return resources.map((resource) => ({
    schema: 1,
    type: resource.type,
    hash: buildHash(resource),
    needs: resource.needs,
    config: resource.config,
    state: resource.state,
    size: resource.size,
    lifespanMs: resource.lifespanMs,
    managed: resource.managed,
    removed: false,
    settings: resource.mason,
    pause: pauses.get(resource.type) ?? null,
    component: components.get(resource.type) ?? null,
  }));
}
