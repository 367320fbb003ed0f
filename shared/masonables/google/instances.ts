import * as z from 'zod';

import { pathOf, type Google } from './callGoogle.ts';
import { operationSchema, progressOf, type Progress } from './operation.ts';
import { allPages } from './pages.ts';

// The Compute API v1, by its discovery types (@googleapis/compute 42.0.0, Schema$Instance and its like).

/** What is read of an Instance. */
export const instanceSchema = z.object({
  name: z.string(),
  /** A URL that ends with the zone. */
  zone: z.string().transform((url) => url.slice(url.lastIndexOf('/') + 1)),
  /** PROVISIONING, STAGING, RUNNING, STOPPING, STOPPED, SUSPENDED, TERMINATED… */
  status: z.string().default(''),
  statusMessage: z.string().default(''),
  creationTimestamp: z.string().default(''),
  labels: z.record(z.string(), z.string()).default({}),
});
export type Instance = z.infer<typeof instanceSchema>;

/** One page of an aggregated list; `unreachables` and warnings tell of zones that did not answer. */
const pageSchema = z.object({
  items: z
    .record(
      z.string(),
      z.object({
        instances: z.array(instanceSchema).default([]),
        warning: z.object({ code: z.string().default('') }).optional(),
      }),
    )
    .default({}),
  unreachables: z.array(z.string()).default([]),
});

export const regionSchema = z.object({
  name: z.string(),
  status: z.string().default('UP'),
  /** URLs, each of which ends with a zone. */
  zones: z.array(z.string().transform((url) => url.slice(url.lastIndexOf('/') + 1))).default([]),
  quotas: z
    .array(z.object({ metric: z.string(), limit: z.number().default(0), usage: z.number().default(0) }))
    .default([]),
});
export type Region = z.infer<typeof regionSchema>;
const regionPage = z.object({ items: z.array(regionSchema).default([]) });

/** The body of an insert, as far as one is made here. */
export interface NewInstance {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** An instance's place. */
export interface InstancePlace {
  readonly project: string;
  readonly zone: string;
  readonly name: string;
}

const at = (project: string, ...rest: readonly string[]): string =>
  pathOf('compute', 'v1', 'projects', project, ...rest);
const named = ({ project, zone, name }: InstancePlace): string => `the VM ${name} in ${project}, ${zone}`;

/** @throws GoogleFault absent */
export async function getInstance(google: Google, place: InstancePlace): Promise<Instance> {
  const { project, zone, name } = place;
  const what = `look at ${named(place)}`;
  const path = at(project, 'zones', zone, 'instances', name);
  return google.call({ what, project, api: 'compute', method: 'GET', path, answer: instanceSchema });
}

/** All instances of a project. `isWhole` is false where some zone did not answer, so that there may be more. */
export async function listInstances(
  google: Google,
  project: string,
): Promise<{ readonly instances: readonly Instance[]; readonly isWhole: boolean }> {
  const pages = await allPages(google, {
    what: `list the VMs of ${project}`,
    project,
    api: 'compute',
    method: 'GET',
    path: at(project, 'aggregated', 'instances'),
    query: { returnPartialSuccess: 'true' },
    answer: pageSchema,
  });
  const scopes = pages.flatMap(({ items }) => Object.values(items));
  const unanswered = scopes.filter(({ warning }) => warning !== undefined && warning.code !== EMPTY_SCOPE);
  return {
    instances: scopes.flatMap(({ instances }) => instances),
    isWhole: unanswered.length === 0 && pages.every(({ unreachables }) => unreachables.length === 0),
  };
}

/** The warning of a zone that simply has none. */
const EMPTY_SCOPE = 'NO_RESULTS_ON_PAGE';

/**
 * Begins to create an instance.
 * @returns the operation's name
 * @throws GoogleFault exists, quota
 */
export async function insertInstance(
  google: Google,
  { project, zone }: Omit<InstancePlace, 'name'>,
  instance: NewInstance,
): Promise<string> {
  const what = `create ${named({ project, zone, name: instance.name })}`;
  const path = at(project, 'zones', zone, 'instances');
  const call = { what, project, api: 'compute', method: 'POST', path, body: instance } as const;
  return (await google.call({ ...call, answer: operationSchema })).name;
}

/**
 * Begins to delete an instance.
 * @throws GoogleFault absent, conflict (another operation on it is under way)
 */
export async function deleteInstance(google: Google, place: InstancePlace): Promise<void> {
  const { project, zone, name } = place;
  const what = `delete ${named(place)}`;
  const path = at(project, 'zones', zone, 'instances', name);
  await google.call({ what, project, api: 'compute', method: 'DELETE', path, answer: operationSchema });
}

/** @param operation its name; `name` is that of the instance which it creates */
export async function instanceProgress(
  google: Google,
  place: InstancePlace & { readonly operation: string },
): Promise<Progress> {
  const { project, zone, operation } = place;
  const what = `look at the operation ${operation} in ${project}, ${zone}`;
  const path = at(project, 'zones', zone, 'operations', operation);
  const call = { what, project, api: 'compute', method: 'GET', path } as const;
  return progressOf(`create ${named(place)}`, await google.call({ ...call, answer: operationSchema }));
}

/** The regions that the project may use, with its quotas in each. */
export async function listRegions(google: Google, project: string): Promise<readonly Region[]> {
  const what = `ask for the quotas of ${project}`;
  const path = at(project, 'regions');
  const call = { what, project, api: 'compute', method: 'GET', path, answer: regionPage } as const;
  return (await allPages(google, call)).flatMap(({ items }) => items);
}
