import type { Google } from '../google/callGoogle.ts';
import type { GoogleFault } from '../google/fault.ts';
import type { Region } from '../google/instances.ts';
import { clusterKind } from './cluster.ts';
import type { Item } from './items.ts';
import type { Kind, Place, Thing } from './kinds.ts';
import { labelsOf, type Maker } from './names.ts';
import type { ItemProgress, Progress } from './progress.ts';
import { vmKind } from './vm.ts';

/** What each step of one run works with. */
export interface Workshop {
  readonly google: Google;
  readonly maker: Maker;
  /** The run's beginning, in ms since the epoch. */
  readonly now: number;
  readonly progress: Progress;
  /** Project → its regions with their quotas, once somebody asked. What was placed in this run is counted in. */
  readonly regions: Map<string, readonly Region[]>;
}

/** Both kinds, as long as nothing is ordered. */
export const KINDS: Readonly<Record<Item['kind'], Omit<Kind<never>, 'create'>>> = {
  cluster: clusterKind,
  vm: vmKind,
};

/** @returns the operation's name */
export function order(
  google: Google,
  item: Item,
  given: { readonly place: Place; readonly maker: Maker },
): Promise<string> {
  const labels = labelsOf(given.maker, item.id);
  return item.kind === 'cluster'
    ? clusterKind.create(google, given.place, { spec: item.spec, labels })
    : vmKind.create(google, given.place, { spec: item.spec, labels });
}

/** An item with what is known of it, at its zone. */
export interface Site {
  readonly item: Item;
  readonly known: ItemProgress;
  readonly place: Place;
}

/** How an item's making failed in its zone. */
export interface Setback {
  readonly site: Site;
  readonly fault: GoogleFault;
  /** What is there all the same, and is of no use. */
  readonly wreck: Thing | null;
}
