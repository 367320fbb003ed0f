import { pathOf, type Google } from '../google/callGoogle.ts';
import { operationSchema, progressOf, type Progress } from '../google/operation.ts';
import { CLUSTERS, PEERINGS } from './kinds.ts';
import { told, type Thing } from './thing.ts';

/**
 * Begins to delete a thing.
 * @returns the operation's name
 * @throws GoogleFault
 */
export async function beginDeletion(google: Google, project: string, thing: Thing): Promise<string> {
  const what = `delete ${told(thing)} in ${project}`;
  const root = rootOf(project, thing);
  const call = { what, project, api: apiOf(thing), answer: operationSchema } as const;
  if (thing.kind === PEERINGS) {
    const path = pathOf(...root, ...thing.scope.split('/'), 'removePeering');
    return (await google.call({ ...call, method: 'POST', path, body: { name: thing.name } })).name;
  }
  return (await google.call({ ...call, method: 'DELETE', path: pathOf(...root, ...thing.path.split('/')) }))
    .name;
}

/** @throws GoogleFault absent: Google has forgotten the operation */
export async function deletionProgress(
  google: Google,
  project: string,
  { thing, operation }: { readonly thing: Thing; readonly operation: string },
): Promise<Progress> {
  // A peering's operation is global, as its network is.
  const scope = thing.kind === PEERINGS ? 'global' : thing.scope;
  const what = `look at the operation ${operation} in ${project}`;
  const path = pathOf(...rootOf(project, thing), ...scope.split('/'), 'operations', operation);
  const call = { what, project, api: apiOf(thing), method: 'GET', path, answer: operationSchema } as const;
  return progressOf(`delete ${told(thing)} in ${project}`, await google.call(call));
}

const apiOf = ({ kind }: Thing): 'container' | 'compute' => (kind === CLUSTERS ? 'container' : 'compute');
const rootOf = (project: string, thing: Thing): readonly string[] =>
  apiOf(thing) === 'container' ? ['v1', 'projects', project] : ['compute', 'v1', 'projects', project];
