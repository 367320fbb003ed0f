import { MasonError } from '../../errors.ts';
import { unless } from '../google/fault.ts';
import { listRegions } from '../google/instances.ts';
import { DEFAULT_MACHINE_TYPE } from './cluster.ts';
import type { Item } from './items.ts';
import { KINDS, type Setback, type Workshop } from './workshop.ts';
import { noteFailure, type ItemProgress } from './progress.ts';
import { chooseZone, regionOf, spend } from './zones.ts';

/** Chooses a zone for an item whose content names none, and notes it. */
export async function placeItem(item: Item, known: ItemProgress, shop: Workshop): Promise<void> {
  const regions = shop.regions.get(item.project) ?? (await listRegions(shop.google, item.project));
  const demand = {
    name: item.name,
    project: item.project,
    machineType: item.spec.machinetype ?? DEFAULT_MACHINE_TYPE,
    machines: item.kind === 'cluster' ? item.spec.numnodes : 1,
  };
  known.zone = chooseZone(regions, { ...demand, failed: known.failed });
  known.operation = null;
  known.orderedAt = null;
  shop.regions.set(item.project, spend(regions, known.zone, demand));
}

/**
 * Takes an item whose making failed for want of quota, machines or the machine type to another zone.
 * @throws the fault, where another zone wouldn't help or may not be taken
 */
export async function tryElsewhere({ site, fault, wreck }: Setback, shop: Workshop): Promise<void> {
  const { item, known, place } = site;
  const { kind, message } = fault;
  const isOfZone = kind === 'quota' || kind === 'stockout' || (kind === 'invalid' && OF_ZONE.test(message));
  if (!isOfZone) throw fault;
  if (item.zone !== null) throw new MasonError('GOOGLE_FAILED', `${message}. ${ADVICE}`, { cause: fault });
  noteFailure(known, kind === 'quota' ? regionOf(place.zone) : place.zone, message);
  if (wreck) await unless(['absent', 'conflict'], KINDS[wreck.kind].delete(shop.google, wreck));
  await placeItem(item, known, shop);
}

/** Not every zone has every machine type. */
const OF_ZONE = /machine ?type/i;
const ADVICE =
  'Ask for more quota there, name another zone in the content, or leave the zone out: then one is chosen';
