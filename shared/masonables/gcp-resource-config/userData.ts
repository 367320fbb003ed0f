import { stringify } from 'yaml';

import type { UserData } from '../../ledger/records.ts';
import type { Item } from './items.ts';
import type { Thing } from './kinds.ts';

/** The key of the user data under which the original's clients look. */
const INFO_KEY = 'GCPResourceConfig';
const KUBECONFIG_KEY = 'kubeconfig';

/** An item with what was made for it. */
export interface MadeItem {
  readonly item: Item;
  readonly thing: Thing;
}

/**
 * What the user gets. GCPResourceConfig is in the form of the original's Go: block-style YAML, a project on the first line
 * (scripts read it with `head -n 1 | tr -d ':'`), its clusters and VMs below.
 * @param projects all of them, those too in which nothing is made
 */
export function userDataOf(projects: readonly string[], made: readonly MadeItem[]): UserData {
  const kubeconfig = kubeconfigOf(made);
  return {
    [INFO_KEY]: toYaml(
      Object.fromEntries([...projects].sort().map((project) => [project, infoOf(project, made)])),
    ),
    ...(kubeconfig !== null && { [KUBECONFIG_KEY]: kubeconfig }),
  };
}

type Info = Partial<Record<'clusters' | 'vms', readonly { readonly name: string; readonly zone: string }[]>>;

function infoOf(project: string, made: readonly MadeItem[]): Info {
  const of = (kind: Item['kind']) =>
    made
      .filter(({ item }) => item.project === project && item.kind === kind)
      .map(({ thing: { name, zone } }) => ({ name, zone }));
  const [clusters, vms] = [of('cluster'), of('vm')];
  // A project without anything would be written behind its name, where scripts read the name alone.
  return { ...((clusters.length > 0 || vms.length === 0) && { clusters }), ...(vms.length > 0 && { vms }) };
}

/** For kubectl, one context a cluster, with the caller's own credentials: it holds no secret. */
function kubeconfigOf(made: readonly MadeItem[]): string | null {
  const clusters = made.filter(({ item }) => item.kind === 'cluster' && item.spec.kubeconfig);
  const [first] = clusters;
  if (!first) return null;
  const contextOf = ({ thing: { project, zone, name } }: MadeItem): string =>
    `gke_${project}_${zone}_${name}`;
  return toYaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: clusters.map((one) => ({
      name: contextOf(one),
      cluster: {
        server: `https://${one.thing.endpoint?.address ?? ''}`,
        'certificate-authority-data': one.thing.endpoint?.certificate ?? '',
      },
    })),
    contexts: clusters.map((one) => ({
      name: contextOf(one),
      context: { cluster: contextOf(one), user: USER },
    })),
    'current-context': contextOf(first),
    users: [{ name: USER, user: { exec: GKE_PLUGIN } }],
  });
}

const USER = 'gke';
const GKE_PLUGIN = {
  apiVersion: 'client.authentication.k8s.io/v1beta1',
  command: 'gke-gcloud-auth-plugin',
  installHint: 'gcloud components install gke-gcloud-auth-plugin',
  provideClusterInfo: true,
};

/** Go's YAML writes lists at the indentation of their key, and folds nothing. */
const toYaml = (value: unknown): string => stringify(value, { indentSeq: false, lineWidth: 0 });
