import { notFound } from './apiError.ts';
import { aggregatedList, operationOf, page, thingsIn } from './computeAnswers.ts';
import { COMPUTE_TYPES, type ComputeType } from './computeTypes.ts';
import type { Route } from './route.ts';

const BASE = '/compute/v1/projects/:project';

/** What all routes here have in common. */
const route = (given: Omit<Route, 'api'>): Route => ({ api: 'compute', ...given });

/** Instances have routes of their own: VMs are among them. */
const types = COMPUTE_TYPES.filter(({ collection }) => collection !== 'instances');

/** The methods of the Compute API v1 by which things are listed and deleted. */
export const computeThingsRoutes: readonly Route[] = [
  ...types.map(listRoute),
  ...types.flatMap(deleteRoutes),
  ...['regions/:zone', 'global'].map(operationRoute),
  route({
    method: 'POST',
    path: `${BASE}/global/networks/:name/removePeering`,
    permission: 'compute.networks.removePeering',
    query: ['requestId'],
    body: 'NetworksRemovePeeringRequest',
    answer: 'Operation',
    respond: ({ cloud, things, project, name, body }) =>
      operationOf(things.removePeering(project, `global/networks/${name}`, String(body['name'])), cloud),
  }),
];

function listRoute(type: ComputeType): Route {
  const { collection, list, scoped } = type;
  const query = ['maxResults', 'pageToken', 'filter', 'returnPartialSuccess'];
  return route({
    method: 'GET',
    path: `${BASE}/${scoped === null ? 'global' : 'aggregated'}/${collection}`,
    permission: `compute.${collection}.list`,
    query,
    answer: list,
    respond: (call) => {
      const all = thingsIn(call.things, call.project, type);
      if (scoped !== null) return aggregatedList(all, type, call);
      const { items, ...rest } = page(all, call);
      return { items: items.map(({ item }) => item), ...rest };
    },
  });
}

/** Which of them a type has, the things themselves tell: there are none in the other places. */
function deleteRoutes({ collection, scoped }: ComputeType): readonly Route[] {
  const places = scoped === null ? ['global'] : ['global', 'regions/:zone', 'zones/:zone'];
  return places.map((place) =>
    route({
      method: 'DELETE',
      path: `${BASE}/${place}/${collection}/:name`,
      permission: `compute.${collection}.delete`,
      query: ['requestId'],
      answer: 'Operation',
      respond: ({ cloud, things, project, zone, name }) => {
        const path = `${place.replace(':zone', zone)}/${collection}/${name}`;
        return operationOf(things.remove(project, path), cloud);
      },
    }),
  );
}

function operationRoute(place: string): Route {
  return route({
    method: 'GET',
    path: `${BASE}/${place}/operations/:name`,
    permission: place === 'global' ? 'compute.globalOperations.get' : 'compute.regionOperations.get',
    answer: 'Operation',
    respond: ({ cloud, project, zone, name }) => {
      const operation = cloud.operation(project, zone || 'global', name);
      if (!operation) throw notFound(`The resource 'projects/${project}/${place}/operations/${name}'`);
      return operationOf(operation, cloud);
    },
  });
}
