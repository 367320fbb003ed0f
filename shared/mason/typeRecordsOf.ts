import { buildHash } from '../config/buildHash.ts';
import type { MasonConfig } from '../config/schema.ts';
import type { TypeRecord } from '../ledger/typeRecord.ts';
import { componentsOf } from './needs.ts';

/** A config as the ledger keeps it: a record for each type. */
export function typeRecordsOf({ resources }: MasonConfig): TypeRecord[] {
  const needing = resources.map(({ type, needs, managed, mason }) => ({
    type,
    needs: managed ? needs : {},
    paused: mason.paused,
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
    component: components.get(resource.type) ?? null,
  }));
}
