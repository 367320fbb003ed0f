import * as z from 'zod';

import { pathOf, type Google, type GoogleCall } from '../google/callGoogle.ts';
import { fewAtOnce } from '../google/fewAtOnce.ts';
import { allPages } from '../google/pages.ts';
import { insistent } from './insistent.ts';
import { CLUSTERS, KINDS, NETWORKS, PEERINGS, type Kind } from './kinds.ts';
import { offHere } from './off.ts';
import { itemSchema, rankOf, thingOf, type Thing } from './thing.ts';

/** All that stands in a project, in the order in which it goes. */
export interface Survey {
  readonly things: readonly Thing[];
  /** What Google could not tell of, for people: there may be more. */
  readonly silent: readonly string[];
}

/**
 * Lists every kind.
 * @throws GoogleFault busy, denied, off in another project: then nothing is known that could be acted on, since an owner may be missing
 */
export async function surveyOf(google: Google, project: string): Promise<Survey> {
  const lists: Survey[] = [];
  const isOffHere = offHere(insistent(google), project);
  await fewAtOnce(
    KINDS.filter(({ listed }) => listed !== 'network'),
    async (kind) => {
      try {
        lists.push(await list(insistent(google), project, kind));
      } catch (error) {
        // In a project that lacks the API there is nothing of its kinds.
        if (!(await isOffHere(error))) throw error;
      }
    },
  );
  const things = lists.flatMap((list) => list.things);
  return {
    things: [...things, ...peeringsIn(things, project)].sort((a, b) => rankOf(a) - rankOf(b)),
    silent: lists.flatMap(({ silent }) => silent),
  };
}

const NOTHING: Survey = { things: [], silent: [] };
async function list(google: Google, project: string, kind: Kind): Promise<Survey> {
  switch (kind.listed) {
    case 'clusters':
      return listClusters(google, project);
    case 'aggregated':
      return listAggregated(google, project, kind);
    case 'global':
      return listGlobal(google, project, kind);
    case 'network':
      return NOTHING;
  }
}

const clusterPage = z.object({
  clusters: z.array(itemSchema.extend({ location: z.string() })).default([]),
  missingZones: z.array(z.string()).default([]),
});

async function listClusters(google: Google, project: string): Promise<Survey> {
  const { clusters, missingZones } = await google.call({
    what: `list the clusters of ${project}`,
    project,
    api: 'container',
    method: 'GET',
    path: pathOf('v1', 'projects', project, 'locations', '-', 'clusters'),
    answer: clusterPage,
  });
  return {
    things: clusters.map((item) =>
      thingOf(item, { project, kind: CLUSTERS, scope: `locations/${item.location}` }),
    ),
    silent: missingZones.map((zone) => `the clusters in ${zone}`),
  };
}

const warningSchema = z.object({ code: z.string().default('') }).optional();
const scopeSchema = z.looseObject({ warning: warningSchema });
const aggregatedPage = z.object({
  items: z.record(z.string(), scopeSchema).default({}),
  unreachables: z.array(z.string()).default([]),
});
const globalPage = z.object({ items: z.array(itemSchema).default([]), warning: warningSchema });
const itemsSchema = z.array(itemSchema).default([]);

async function listAggregated(google: Google, project: string, kind: Kind): Promise<Survey> {
  const query = { returnPartialSuccess: 'true' };
  const call = { ...callFor(project, kind, ['aggregated', kind.collection]), query, answer: aggregatedPage };
  const pages = await allPages(google, call);
  const scopes = pages.flatMap(({ items }) => Object.entries(items));
  return {
    things: scopes.flatMap(([scope, inside]) =>
      itemsSchema.parse(inside[kind.collection]).map((item) => thingOf(item, { project, kind, scope })),
    ),
    silent: [
      ...scopes.filter(([, { warning }]) => isSilent(warning)).map(([scope]) => scope),
      ...pages.flatMap(({ unreachables }) => unreachables),
    ].map((scope) => `the ${kind.collection} in ${scope}`),
  };
}

async function listGlobal(google: Google, project: string, kind: Kind): Promise<Survey> {
  const call = { ...callFor(project, kind, ['global', kind.collection]), answer: globalPage };
  const pages = await allPages(google, call);
  return {
    things: pages.flatMap(({ items }) =>
      items.map((item) => thingOf(item, { project, kind, scope: 'global' })),
    ),
    silent: pages.some(({ warning }) => isSilent(warning)) ? [`some ${kind.collection}`] : [],
  };
}

const callFor = (
  project: string,
  { collection }: Kind,
  rest: readonly string[],
): Omit<GoogleCall<never>, 'answer'> => ({
  what: `list the ${collection} of ${project}`,
  project,
  api: 'compute',
  method: 'GET',
  path: pathOf('compute', 'v1', 'projects', project, ...rest),
});

/** A scope that simply has none says so in a warning, too. */
const isSilent = (warning: z.infer<typeof warningSchema>): boolean =>
  warning !== undefined && warning.code !== '' && warning.code !== 'NO_RESULTS_ON_PAGE';

const peeringsSchema = z.array(itemSchema).catch([]);

/** The peerings of all networks, each as a thing that is bound to its network, and as old: Google tells no time of its own. */
function peeringsIn(things: readonly Thing[], project: string): readonly Thing[] {
  return things
    .filter(({ kind }) => kind === NETWORKS)
    .flatMap((network) =>
      peeringsSchema.parse(network.item['peerings']).map((item) => ({
        ...thingOf(item, { project, kind: PEERINGS, scope: network.path }),
        refersTo: new Set([network.path]),
        createdAt: network.createdAt,
      })),
    );
}
