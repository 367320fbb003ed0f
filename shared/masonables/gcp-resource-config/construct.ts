import {
  constructed,
  notYet,
  type Construction,
  type LeasedResources,
  type MasonableResource,
  type RunContext,
} from '../port.ts';
import { openGoogle } from '../google/callGoogle.ts';
import { advance, type Advance } from './advance.ts';
import type { GcpContent } from './content.ts';
import { itemsOf, kindsOf, projectsOf, type Item } from './items.ts';
import { adopt, deleteAll, leftoversIn, survey } from './leftovers.ts';
import type { Workshop } from './workshop.ts';
import type { GcpParts } from '../google/parts.ts';
import { withPatience } from '../google/patience.ts';
import { newProgress, savedProgress, toCheckpoint } from './progress.ts';
import { userDataOf } from './userData.ts';

/** What construct and destroy are called with. */
export interface GcpCall {
  readonly content: GcpContent;
  readonly resource: MasonableResource;
  readonly leased: LeasedResources;
  readonly context: RunContext;
}

/**
 * One run: deletes leftovers, orders what is missing, looks at what was ordered. It waits for nothing: that is what the
 * next run is for.
 */
export async function construct(call: GcpCall, parts: GcpParts): Promise<Construction> {
  const { content, resource, leased, context } = call;
  const maker = { resource: resource.name, cycle: context.cycle, token: context.token };
  const items = itemsOf(content, leased, maker);
  const saved = savedProgress(context.checkpoint);
  const progress = saved ?? newProgress(parts.now());
  const since = saved?.since ?? null;
  const shop: Workshop = {
    google: openGoogle(parts, context),
    maker,
    now: parts.now(),
    progress,
    regions: new Map(),
  };
  return withPatience(
    { progress, checkpoint: () => toCheckpoint(progress), random: parts.random },
    async () => {
      const projects = Object.keys(content).flatMap((type) => projectsOf(leased, type));
      const { things } = await survey(shop.google, projects, kindsOf(content));
      adopt(items, things, shop);
      const leftovers = leftoversIn(things, items, { shop, since });
      await deleteAll(shop.google, leftovers);

      const advances = await advanceAll(items, shop);
      progress.busy = 0;
      const made = advances.flatMap((one, index) => {
        const item = items[index];
        return one.kind === 'ready' && item ? [{ item, thing: one.thing }] : [];
      });
      if (made.length === items.length && leftovers.length === 0)
        return constructed(userDataOf(projects, made));
      return notYet(toCheckpoint(progress), pauseAfter(advances, items));
    },
  );
}

/** A call takes a second or less; one that hangs is cut off with the run. */
const LEAST_MS = 15_000;

/** One after another, until the run's time is up: each says by itself how far it is, so that the next run goes on. */
async function advanceAll(items: readonly Item[], shop: Workshop): Promise<readonly Advance[]> {
  const advances: Advance[] = [];
  for (const item of items) {
    if (shop.google.remainingMs() < LEAST_MS) break;
    advances.push(await advance(item, shop));
  }
  return advances;
}

/** A chosen zone waits for nothing but to be saved. VMs take seconds, clusters minutes. */
function pauseAfter(advances: readonly Advance[], items: readonly Item[]): number {
  if (advances.some(({ kind }) => kind === 'placed')) return 0;
  return items.some(({ kind }) => kind === 'cluster') ? 20_000 : 5_000;
}
