import type { Api } from './discovery.ts';
import type { Cloud } from './cloud.ts';
import type { ComputeThings } from './computeThings.ts';

/** A call as a route gets it, its path and query checked. */
export interface RouteCall {
  readonly cloud: Cloud;
  readonly things: ComputeThings;
  readonly project: string;
  /** Of what is in no zone, its region, or nothing. */
  readonly zone: string;
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One method of an API. */
export interface Route {
  readonly api: Api;
  readonly method: string;
  /** `:project`, `:zone` and `:name` stand for one part each. */
  readonly path: string;
  readonly permission: string;
  /** The schema of the request's body; none: it may have no body. */
  readonly body?: string;
  /** The query parameters that may be given. */
  readonly query?: readonly string[];
  /** The schema of the answer. */
  readonly answer: string;
  /** @throws ApiError */
  respond(call: RouteCall): object;
}

/** A route's path as a pattern with named groups. */
export const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`);

export const iso = (ms: number): string => new Date(ms).toISOString();
