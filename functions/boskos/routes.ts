import { readPath } from '../../shared/boskos/wire/path.ts';
import { acquire } from './acquire.ts';
import { acquireByState } from './acquireByState.ts';
import type { Route } from './call.ts';
import { metric } from './metric.ts';
import { metrics } from './metrics.ts';
import { openapi } from './openapi.ts';
import { release } from './release.ts';
import { reset } from './reset.ts';
import { resource, resources } from './resources.ts';
import { update } from './update.ts';

export const ROUTES: readonly Route[] = [
  acquire,
  acquireByState,
  release,
  update,
  reset,
  metric,
  resources,
  resource,
  metrics,
  openapi,
];

const BY_PATH = new Map(ROUTES.map((route) => [route.path, route]));

/** @param segments of a clean path, decoded */
export function findRoute(
  segments: readonly string[],
): { readonly route: Route; readonly name: string } | null {
  const [first = '', name = '', ...more] = segments;
  if (more.length > 0 || (segments.length === 2 && name === '')) return null;
  const route = BY_PATH.get(segments.length === 2 ? `/${first}/:name` : `/${first}`);
  return route === undefined ? null : { route, name };
}

/** The path of the route that a call finds, as the original's metrics name it: `unmatched` where there is none. */
export function templateOf(path: string): string {
  const place = readPath(path);
  return (place.kind === 'at' ? findRoute(place.segments)?.route.path : undefined) ?? 'unmatched';
}
