import { CLUSTERS, MANAGERS, NETWORKS } from './kinds.ts';
import { pathIn } from './references.ts';
import { pathAt, type Thing } from './thing.ts';

/** Finds what a thing goes with: an owner makes such a thing anew, or Google deletes it with its owner alone. */
export type OwnerOf = (thing: Thing) => Thing | null;

export function ownersIn(things: readonly Thing[], project: string): OwnerOf {
  const clusters = things.filter(({ kind }) => kind === CLUSTERS);
  const managers = things.filter(({ kind }) => kind === MANAGERS);
  const networks = new Map(things.filter(({ kind }) => kind === NETWORKS).map((one) => [one.path, one]));
  return (thing) => {
    switch (thing.kind.collection) {
      case 'clusters':
      case 'networks':
        return null;
      case 'subnetworks':
        return networkThatMade(thing, networks.get(pathAt(thing, 'network', project) ?? ''));
      case 'routes':
        return isSystemRoute(thing) ? (networks.get(pathAt(thing, 'network', project) ?? '') ?? null) : null;
      default:
        return managerOf(thing, managers) ?? clusterOf(thing, clusters);
    }
  };
}

/** A network in auto mode makes one subnet of its own name in each region, which can't be deleted singly. */
function networkThatMade(subnet: Thing, network: Thing | undefined): Thing | null {
  const isMade = network?.item['autoCreateSubnetworks'] === true && subnet.name === network.name;
  return isMade ? network : null;
}

/** Routes to subnets and peers, and the one to the internet that a network is made with: they go with their network. */
function isSystemRoute({ name, item }: Thing): boolean {
  const isDerived = ['nextHopNetwork', 'nextHopPeering', 'nextHopHub', 'nextHopInterconnectAttachment'].some(
    (field) => field in item,
  );
  const isLearned = ['BGP', 'SUBNET', 'TRANSIT'].includes(String(item['routeType']));
  return isDerived || isLearned || (name.startsWith('default-route-') && 'nextHopGateway' in item);
}

/** A managed group has a plain group of its name, and names itself in the metadata of its instances. */
function managerOf(thing: Thing, managers: readonly Thing[]): Thing | null {
  if (thing.kind.collection === 'instanceGroups')
    return managers.find(({ name, scope }) => name === thing.name && scope === thing.scope) ?? null;
  if (thing.kind.collection !== 'instances') return null;
  const maker = metadataOf(thing, 'created-by');
  return managers.find(({ path }) => maker.endsWith(`/${path}`)) ?? null;
}

/** The paths of the disks that are deleted together with an instance. */
export function disksWith(thing: Thing, project: string): readonly string[] {
  if (thing.kind.collection !== 'instances') return [];
  const disks = thing.item['disks'];
  return (Array.isArray(disks) ? (disks as readonly { autoDelete?: unknown; source?: unknown }[]) : [])
    .filter(({ autoDelete }) => autoDelete === true)
    .flatMap(({ source }) => pathIn(source, project) ?? []);
}

/** What is deleted together with its owner, and not only suspected to be. */
export const perishes = ({ kind }: Thing): boolean => PERISHING.includes(kind.collection);
const PERISHING = ['instances', 'instanceGroups', 'instanceGroupManagers', 'subnetworks', 'routes'];

function metadataOf({ item }: Thing, key: string): string {
  const { items } = Object(item['metadata']) as { items?: unknown };
  const entries = (Array.isArray(items) ? items : []) as readonly { key?: unknown; value?: unknown }[];
  const value = entries.find((entry) => entry.key === key)?.value;
  return typeof value === 'string' ? value : '';
}

/** GKE cuts a cluster's name in the names of what it makes for it. */
const SHOWN_OF_NAME = 16;

/**
 * The cluster that made a thing: it has the cluster's label, is a group of the cluster's nodes, or is called `gke-CLUSTER…`.
 * What is only suspected to be a cluster's waits for it, and is deleted after it.
 */
function clusterOf(thing: Thing, clusters: readonly Thing[]): Thing | null {
  const isOf = ({ name, refersTo }: Thing): boolean =>
    thing.labels['goog-k8s-cluster-name'] === name ||
    (thing.kind === MANAGERS && refersTo.has(thing.path)) ||
    thing.name.startsWith(`gke-${name.slice(0, SHOWN_OF_NAME)}`);
  return clusters.find(isOf) ?? null;
}
