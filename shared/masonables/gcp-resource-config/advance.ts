import { MasonError } from '../../errors.ts';
import { GoogleFault, isFault, unless } from '../google/fault.ts';
import { operationFault } from '../google/readFault.ts';
import type { Item } from './items.ts';
import type { Thing } from './kinds.ts';
import { LABELS, labelOf } from './names.ts';
import { KINDS, order, type Site, type Workshop } from './workshop.ts';
import { placeItem, tryElsewhere } from './place.ts';
import { progressOfItem } from './progress.ts';

/**
 * placed: a zone was chosen, which has to be saved before anything is ordered there; waiting: it is being made, or waits
 * for what is in its way to go.
 */
export type Advance =
  { readonly kind: 'placed' | 'waiting' } | { readonly kind: 'ready'; readonly thing: Thing };

/** As the original's operation timeout. A cluster takes 4 to 10 min. */
export const STUCK_MS = 20 * 60_000;
/** How long what an operation has made may take to show. */
const SHOWS_WITHIN_MS = 60_000;

const WAITING: Advance = { kind: 'waiting' };
const PLACED: Advance = { kind: 'placed' };

/**
 * Brings one item as far as it gets without waiting.
 * @throws GoogleFault, MasonError: this attempt has failed
 */
export async function advance(item: Item, shop: Workshop): Promise<Advance> {
  const known = progressOfItem(shop.progress, item);
  if (known.zone === null) {
    await placeItem(item, known, shop);
    return PLACED;
  }
  const { project, name } = item;
  const site: Site = { item, known, place: { project, zone: known.zone, name } };
  const thing = await KINDS[item.kind].look(shop.google, site.place);
  const makingSince = known.makingSince ?? shop.now;
  known.makingSince = thing?.state === 'making' ? makingSince : null;
  if (thing === null) return make(site, shop);
  refuseForeign(thing, shop);
  switch (thing.state) {
    case 'ready':
      return { kind: 'ready', thing };
    case 'going':
      return WAITING;
    case 'making':
      return waitFor(site, shop, { since: makingSince, status: thing.status });
    case 'broken':
      return mend(site, thing, shop);
  }
}

/** There is none that can be seen: orders one, or waits for the one that was ordered. */
async function make(site: Site, shop: Workshop): Promise<Advance> {
  const { item, known, place } = site;
  if (known.operation !== null) return follow(site, known.operation, shop);
  const since = known.orderedAt ?? shop.now;
  try {
    known.operation = await order(shop.google, item, { place, maker: shop.maker });
  } catch (error) {
    if (isFault(error, 'exists')) {
      // Ordered by a run whose answer was lost, and not to be seen yet.
      known.orderedAt = since;
      return waitFor(site, shop, { since, status: 'its name is taken, but it does not show' });
    }
    if (!(error instanceof GoogleFault)) throw error;
    await tryElsewhere({ site, fault: error, wreck: null }, shop);
    return PLACED;
  }
  known.orderedAt = shop.now;
  return WAITING;
}

/** What was ordered does not show: its operation tells why. */
async function follow(site: Site, operation: string, shop: Workshop): Promise<Advance> {
  const { item, known, place } = site;
  const progress = await unless(['absent'], KINDS[item.kind].progress(shop.google, { ...place, operation }));
  if (progress?.fault) {
    await tryElsewhere({ site, fault: progress.fault, wreck: null }, shop);
    return PLACED;
  }
  const since = known.orderedAt ?? shop.now;
  if (progress?.isDone === false)
    return waitFor(site, shop, { since, status: `the operation ${operation} is not done` });
  // It was made, and then somebody deleted it: the next run orders it again.
  if (shop.now - since > SHOWS_WITHIN_MS) known.operation = null;
  return WAITING;
}

/** @throws MasonError once it has taken too long */
function waitFor(
  { item, place }: Site,
  { now }: Workshop,
  { since, status }: { readonly since: number; readonly status: string },
): Advance {
  if (now - since < STUCK_MS) return WAITING;
  const what = `${item.kind === 'cluster' ? 'the cluster' : 'the VM'} ${place.name} in ${place.project}, ${place.zone}`;
  const message = `${what} has not been ready for ${Math.round((now - since) / 60_000)} min (${status}). Look at it in the Google Cloud console: if it gets ready, the next attempt takes it up; if it is stuck, delete it, and it is made anew`;
  throw new MasonError('GOOGLE_FAILED', message);
}

/**
 * What was made in this attempt and is broken tells why, and counts against its zone. What an earlier attempt left broken
 * is deleted, so that it can be made anew.
 */
async function mend(site: Site, wreck: Thing, shop: Workshop): Promise<Advance> {
  const { item, known, place } = site;
  const kind = KINDS[item.kind];
  if (known.operation === null) {
    await unless(['absent', 'conflict'], kind.delete(shop.google, place));
    return WAITING;
  }
  const told = await unless(['absent'], kind.progress(shop.google, { ...place, operation: known.operation }));
  const what = `make ${place.name} in ${place.project}, ${place.zone}`;
  const fault = told?.fault ?? operationFault(what, '', wreck.status);
  await tryElsewhere({ site, fault, wreck }, shop);
  return PLACED;
}

/** @throws MasonError if somebody else's thing bears the name */
function refuseForeign({ kind, project, zone, name, labels }: Thing, { maker }: Workshop): void {
  if (labels[LABELS.resource] === labelOf(maker.resource)) return;
  const message = `a ${kind} named ${name} that is not Mason's stands in ${project}, ${zone}: delete it`;
  throw new MasonError('GOOGLE_FAILED', message);
}
