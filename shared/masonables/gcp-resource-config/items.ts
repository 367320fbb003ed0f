import { MasonError } from '../../errors.ts';
import type { LeasedResources } from '../port.ts';
import type { ClusterContent, GcpContent, VmContent } from './content.ts';
import { nameOf, type Maker } from './names.ts';

/** One cluster or VM that is to be there. */
export type Item = {
  /** `c1`, `c2`, … and `v1`, …, counted over the whole content. */
  readonly id: string;
  readonly project: string;
  readonly name: string;
  /** What the content says; null: any. */
  readonly zone: string | null;
} & (
  | { readonly kind: 'cluster'; readonly spec: ClusterContent }
  | { readonly kind: 'vm'; readonly spec: VmContent }
);
export type ItemKind = Item['kind'];

/**
 * What the content asks for, each with its project: the types in the content's order, the projects of a type by name, so
 * that every run of a cycle sees the same.
 * @throws MasonError CONTENT_INVALID, if there are not as many projects as items
 */
export function itemsOf(
  content: GcpContent,
  leased: LeasedResources,
  maker: Omit<Maker, 'token'>,
): readonly Item[] {
  const counts = { c: 0, v: 0 };
  const next = (letter: 'c' | 'v') => {
    const id = `${letter}${(counts[letter] += 1)}`;
    return { id, name: nameOf(maker, id) };
  };
  return Object.entries(content).flatMap(([type, list]) => {
    const projects = projectsOf(leased, type);
    if (projects.length !== list.length) {
      const message = `the content has ${list.length} items for ${type}, but ${projects.length} are leased: write one item for each needed resource`;
      throw new MasonError('CONTENT_INVALID', message);
    }
    return list.flatMap(({ clusters, vms }, index): Item[] => {
      const project = projects[index] ?? '';
      return [
        ...clusters.map((spec) => ({
          ...next('c'),
          kind: 'cluster' as const,
          project,
          zone: spec.zone ?? null,
          spec,
        })),
        ...vms.map((spec) => ({ ...next('v'), kind: 'vm' as const, project, zone: spec.zone ?? null, spec })),
      ];
    });
  });
}

/** The leased projects of a type, by name. */
export const projectsOf = (leased: LeasedResources, type: string): readonly string[] =>
  (leased[type] ?? []).map(({ name }) => name).sort();

/** What kinds of things a content asks for anywhere: the others are never looked for, and need no permission. */
export function kindsOf(content: GcpContent): readonly ItemKind[] {
  const projects = Object.values(content).flat();
  return [
    ...(projects.some(({ clusters }) => clusters.length > 0) ? (['cluster'] as const) : []),
    ...(projects.some(({ vms }) => vms.length > 0) ? (['vm'] as const) : []),
  ];
}
