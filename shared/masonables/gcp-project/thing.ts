import * as z from 'zod';

import type { Kind } from './kinds.ts';
import { KINDS } from './kinds.ts';
import { pathIn, referencesIn, usersIn } from './references.ts';

/** What is read of every thing; the rest is looked through for references. */
export const itemSchema = z.looseObject({
  name: z.string(),
  creationTimestamp: z.string().default(''),
  createTime: z.string().default(''),
  labels: z.record(z.string(), z.string()).default({}),
  resourceLabels: z.record(z.string(), z.string()).default({}),
});
export type Item = z.infer<typeof itemSchema>;

/** Something that stands in a project. */
export interface Thing {
  readonly kind: Kind;
  readonly name: string;
  /** `global`, `zones/us-central1-f`, `regions/us-central1`; of a cluster `locations/…`. */
  readonly scope: string;
  /** Below the project, as others refer to it: `zones/us-central1-f/disks/a`. No two have the same. */
  readonly path: string;
  /** In ms since the epoch; 0 if unknown. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether something is being done to it that ends by itself: it is being made or deleted. */
  readonly isMoving: boolean;
  /** The paths of what it refers to. */
  readonly refersTo: ReadonlySet<string>;
  /** The paths of what it says itself that it is used by. */
  readonly usedBy: ReadonlySet<string>;
  readonly item: Item;
}

/** Where a thing was listed. */
interface Place {
  readonly project: string;
  readonly kind: Kind;
  readonly scope: string;
}

export function thingOf(item: Item, { project, kind, scope }: Place): Thing {
  return {
    kind,
    name: item.name,
    scope,
    path: `${scope}/${kind.collection}/${item.name}`,
    createdAt: Date.parse(item.creationTimestamp || item.createTime) || 0,
    labels: { ...item.labels, ...item.resourceLabels },
    // Of most kinds a word, of managed groups an object.
    isMoving: typeof item['status'] === 'string' && MOVING.test(item['status']),
    refersTo: referencesIn(item, project, kind),
    usedBy: usersIn(item, project),
    item,
  };
}

const MOVING = /^(PROVISIONING|STAGING|RECONCILING|STOPPING|CREATING|DELETING|PENDING)$/;

/** Where a kind stands in the order of deletion. */
export const rankOf = ({ kind }: Thing): number => KINDS.indexOf(kind);

/** The path that a field of a thing refers to, if it refers to a thing of the same project. */
export const pathAt = ({ item }: Thing, field: string, project: string): string | null =>
  pathIn(item[field], project);

/** For people: "the disk a (us-central1-f)". */
export function told({ kind, name, scope }: Pick<Thing, 'kind' | 'name' | 'scope'>): string {
  return `the ${kind.word} ${name} (${scope.replace(/^[a-z]+\//, '')})`;
}
