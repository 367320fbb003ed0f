import type { ContentSchema } from './content.ts';
import type { PoolSize, ResourceConfig, ResourceEntry } from './schema.ts';

/** The resources that checked entries describe, one for each type, in the order of their first entries. */
export function toResources(
  entries: readonly ResourceEntry[],
  masonables: ReadonlyMap<string, ContentSchema>,
): ResourceConfig[] {
  const byType = Map.groupBy(entries, ({ type }) => type);
  return [...byType.values()].flatMap((alike) => {
    const [first] = alike;
    return first ? [toResource({ ...first, names: alike.flatMap(({ names }) => names) }, masonables)] : [];
  });
}

function toResource(entry: ResourceEntry, masonables: ReadonlyMap<string, ContentSchema>): ResourceConfig {
  const size = toSize(entry);
  return {
    type: entry.type,
    state: entry.state,
    size,
    lifespanMs: size.kind === 'dynamic' ? (entry.lifespan ?? null) : null,
    needs: entry.needs,
    config: entry.config ?? null,
    managed: entry.config !== undefined && masonables.has(entry.config.type),
    mason: entry.mason,
  };
}

function toSize({ names, 'min-count': min, 'max-count': max }: ResourceEntry): PoolSize {
  return names.length > 0 ? { kind: 'static', names } : { kind: 'dynamic', min, max };
}
