import * as z from 'zod';

import { pathOf, type Google } from './callGoogle.ts';
import { operationSchema, progressOf, type Progress } from './operation.ts';

// The Container API v1, by its discovery types (@googleapis/container 26.0.0, Schema$Cluster and its like).

/** What is read of a Cluster. */
export const clusterSchema = z.object({
  name: z.string(),
  location: z.string(),
  /** PROVISIONING, RUNNING, RECONCILING, STOPPING, ERROR, DEGRADED. */
  status: z.string().default('STATUS_UNSPECIFIED'),
  statusMessage: z.string().default(''),
  conditions: z
    .array(z.object({ code: z.string().default(''), message: z.string().default('') }))
    .default([]),
  createTime: z.string().default(''),
  resourceLabels: z.record(z.string(), z.string()).default({}),
  endpoint: z.string().default(''),
  masterAuth: z.object({ clusterCaCertificate: z.string().default('') }).prefault({}),
});
export type Cluster = z.infer<typeof clusterSchema>;

const listSchema = z.object({
  clusters: z.array(clusterSchema).default([]),
  missingZones: z.array(z.string()).default([]),
});

/** The versions that a zone offers. */
export const serverConfigSchema = z.object({
  defaultClusterVersion: z.string().default(''),
  validMasterVersions: z.array(z.string()).default([]),
  channels: z
    .array(
      z.object({
        channel: z.string().default(''),
        defaultVersion: z.string().default(''),
        validVersions: z.array(z.string()).default([]),
      }),
    )
    .default([]),
});
export type ServerConfig = z.infer<typeof serverConfigSchema>;

/** The body of a create, as far as one is made here: the Cluster of a CreateClusterRequest. */
export interface NewCluster {
  readonly name: string;
  readonly initialClusterVersion: string;
  readonly resourceLabels: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A cluster's place. */
export interface ClusterPlace {
  readonly project: string;
  readonly zone: string;
  readonly name: string;
}

const at = (project: string, zone: string, ...rest: readonly string[]): string =>
  pathOf('v1', 'projects', project, 'locations', zone, ...rest);
const named = ({ project, zone, name }: ClusterPlace): string => `the cluster ${name} in ${project}, ${zone}`;

/** @throws GoogleFault absent */
export async function getCluster(google: Google, place: ClusterPlace): Promise<Cluster> {
  const { project, zone, name } = place;
  const what = `look at ${named(place)}`;
  const path = at(project, zone, 'clusters', name);
  return google.call({ what, project, api: 'container', method: 'GET', path, answer: clusterSchema });
}

/** All clusters of a project. `isWhole` is false where some zone did not answer, so that there may be more. */
export async function listClusters(
  google: Google,
  project: string,
): Promise<{ readonly clusters: readonly Cluster[]; readonly isWhole: boolean }> {
  const { clusters, missingZones } = await google.call({
    what: `list the clusters of ${project}`,
    project,
    api: 'container',
    method: 'GET',
    path: at(project, '-', 'clusters'),
    answer: listSchema,
  });
  return { clusters, isWhole: missingZones.length === 0 };
}

/**
 * Begins to create a cluster.
 * @returns the operation's name
 * @throws GoogleFault exists, quota
 */
export async function createCluster(
  google: Google,
  { project, zone }: Omit<ClusterPlace, 'name'>,
  cluster: NewCluster,
): Promise<string> {
  const what = `create ${named({ project, zone, name: cluster.name })}`;
  const path = at(project, zone, 'clusters');
  const body = { cluster };
  const call = { what, project, api: 'container', method: 'POST', path, body } as const;
  return (await google.call({ ...call, answer: operationSchema })).name;
}

/**
 * Begins to delete a cluster.
 * @throws GoogleFault absent, conflict (another operation on it is under way)
 */
export async function deleteCluster(google: Google, place: ClusterPlace): Promise<void> {
  const { project, zone, name } = place;
  const what = `delete ${named(place)}`;
  const path = at(project, zone, 'clusters', name);
  await google.call({ what, project, api: 'container', method: 'DELETE', path, answer: operationSchema });
}

/** @param operation its name; `name` is that of the cluster which it creates */
export async function clusterProgress(
  google: Google,
  place: ClusterPlace & { readonly operation: string },
): Promise<Progress> {
  const { project, zone, operation } = place;
  const what = `look at the operation ${operation} in ${project}, ${zone}`;
  const path = at(project, zone, 'operations', operation);
  const call = { what, project, api: 'container', method: 'GET', path } as const;
  return progressOf(`create ${named(place)}`, await google.call({ ...call, answer: operationSchema }));
}

export async function getServerConfig(google: Google, project: string, zone: string): Promise<ServerConfig> {
  const what = `ask for the versions of GKE in ${project}, ${zone}`;
  const path = at(project, zone, 'serverConfig');
  return google.call({ what, project, api: 'container', method: 'GET', path, answer: serverConfigSchema });
}
