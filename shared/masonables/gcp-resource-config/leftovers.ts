import { unless } from '../google/fault.ts';
import type { Google } from '../google/callGoogle.ts';
import type { Item, ItemKind } from './items.ts';
import type { Thing } from './kinds.ts';
import { LABELS, labelOf, type Maker } from './names.ts';
import { KINDS, type Workshop } from './workshop.ts';
import { noteFailure, progressOfItem } from './progress.ts';

/** All clusters and VMs that stand in some projects. */
export interface Survey {
  readonly things: readonly Thing[];
  /** False where Google could not tell of all zones. */
  readonly isWhole: boolean;
}

export async function survey(
  google: Google,
  projects: Iterable<string>,
  kinds: readonly ItemKind[],
): Promise<Survey> {
  const lists: Survey[] = [];
  for (const project of new Set(projects)) {
    for (const kind of kinds) lists.push(await KINDS[kind].list(google, project));
  }
  return { things: lists.flatMap(({ things }) => things), isWhole: lists.every(({ isWhole }) => isWhole) };
}

/**
 * Notes where the items stand that an earlier attempt has made: the one that is furthest, if a late create doubled it. Where
 * one is broken another zone will be chosen, if the content leaves it open.
 */
export function adopt(items: readonly Item[], things: readonly Thing[], { progress, maker }: Workshop): void {
  for (const item of items) {
    const known = progressOfItem(progress, item);
    const [found] = things
      .filter(
        ({ kind, project, name }) => kind === item.kind && project === item.project && name === item.name,
      )
      .filter((thing) => isOf(maker.resource, thing))
      .sort((a, b) => FURTHEST.indexOf(a.state) - FURTHEST.indexOf(b.state) || a.zone.localeCompare(b.zone));
    if (known.zone !== null || !found) continue;
    if (found.state === 'ready' || found.state === 'making') known.zone = found.zone;
    else noteFailure(known, found.zone, found.status);
  }
}

const FURTHEST: readonly Thing['state'][] = ['ready', 'making', 'broken', 'going'];

/**
 * What in these projects nobody will ever ask for:
 * - things of this resource that an earlier run ordered, of another cycle or beside the zone where the item is made.
 *   What a later run ordered is never touched: then it is this run that is late.
 * - things of another resource from before `since`: the projects were ours by then. That is only sure of a time that a run
 *   has saved, since only the run that holds the claim can save.
 */
export function leftoversIn(
  things: readonly Thing[],
  items: readonly Item[],
  { shop, since }: { readonly shop: Pick<Workshop, 'maker' | 'progress'>; readonly since: number | null },
): readonly Thing[] {
  const { maker, progress } = shop;
  const places = new Set(
    items.map((item) => placeOf({ ...item, zone: progressOfItem(progress, item).zone })),
  );
  return things.filter((thing) => {
    if (thing.labels[LABELS.resource] === undefined) return false;
    if (isOf(maker.resource, thing)) return isEarlier(thing, maker) && !places.has(placeOf(thing));
    return since !== null && thing.createdAt > 0 && thing.createdAt < since - CLOCKS_MS;
  });
}

/** All that earlier runs ordered for a resource. */
export const allOf = (
  { resource, token }: Pick<Maker, 'resource' | 'token'>,
  things: readonly Thing[],
): readonly Thing[] => things.filter((thing) => isOf(resource, thing) && isEarlier(thing, { token }));

/** Begins to delete what is not going already. What is still being made can't be deleted: a later run does it. */
export async function deleteAll(google: Google, things: readonly Thing[]): Promise<void> {
  for (const thing of things.filter(({ state }) => state !== 'going'))
    await unless(['absent', 'conflict'], KINDS[thing.kind].delete(google, thing));
}

/** How far Google's clock and ours may be apart. */
const CLOCKS_MS = 60_000;

const isOf = (resource: string, { labels }: Thing): boolean => labels[LABELS.resource] === labelOf(resource);
const isEarlier = ({ labels }: Thing, { token }: Pick<Maker, 'token'>): boolean =>
  (Number(labels[LABELS.token]) || 0) < token;
const placeOf = ({ kind, project, zone, name }: Pick<Item, 'kind' | 'project' | 'zone' | 'name'>): string =>
  `${kind} ${project} ${zone ?? ''} ${name}`;
