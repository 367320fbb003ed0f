import type {
  GoogleAnswer,
  GoogleOptions,
  GoogleRequest,
} from '../../../shared/masonables/google/request.ts';
import { ApiError, badRequest, notFound, tooMany, unavailable } from './apiError.ts';
import { Cloud, type CloudThing, type Knobs } from './cloud.ts';
import { computeRoutes } from './computeApi.ts';
import { ComputeThings } from './computeThings.ts';
import { computeThingsRoutes } from './computeThingsApi.ts';
import { containerRoutes } from './containerApi.ts';
import { checkBody, type Api } from './discovery.ts';
import { patternOf, type Route } from './route.ts';

export interface StandInCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: unknown;
}

/**
 * rate, unavailable: answered so, and nothing is done; lost: nothing is done, and no answer comes; lostAfter: it is done,
 * and its answer is lost.
 */
export type StandInFault = 'rate' | 'unavailable' | 'lost' | 'lostAfter';

/** A stand-in for Google Cloud, in memory: strict, and with a time of its own. */
export interface StandIn {
  readonly cloud: Cloud;
  /** What tests have left there. */
  readonly things: ComputeThings;
  readonly knobs: Knobs;
  /** Every call so far, with the status of its answer (0: lost). */
  readonly calls: (StandInCall & { readonly status: number })[];
  /** Sees each call, and may have it fail. */
  meddle: (call: StandInCall) => StandInFault | undefined;
  /** Answers as the APIs do. @returns null where the answer is lost */
  handle(api: Api, call: StandInCall): StandInAnswer | null;
  /** Calls it without a network, as the credentialled client of a Mason would. */
  readonly request: GoogleRequest;
  /** `cluster project-1 us-central1-f NAME` of all that there is and is not being deleted, sorted. */
  existing(): readonly string[];
  /** The paths of all that is in a project, of any kind, being deleted or not, sorted. */
  standing(project: string): readonly string[];
}

export interface StandInAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** @param now its time, in ms since the epoch */
export function createStandIn(now: () => number, projects: readonly string[]): StandIn {
  const cloud = new Cloud(now, projects);
  const things = new ComputeThings(cloud);
  const standIn: StandIn = {
    cloud,
    things,
    knobs: cloud.knobs,
    calls: [],
    meddle: () => undefined,
    handle(api, call) {
      const fault = standIn.meddle(call);
      const answer = fault === 'lost' ? null : answerTo({ api, call, cloud, things, fault });
      const isLost = answer === null || fault === 'lostAfter';
      standIn.calls.push({ ...call, status: isLost ? 0 : answer.status });
      return isLost ? null : answer;
    },
    request: async (options) => {
      options.signal.throwIfAborted();
      const answer = standIn.handle(apiOf(options), callOf(options));
      if (answer === null) throw new Error('socket hang up');
      return replyOf(answer);
    },
    existing: () =>
      cloud
        .things()
        .filter(({ deletion }) => deletion === null)
        .map(nameOf)
        .sort(),
    standing: (project) =>
      [
        ...cloud
          .things()
          .filter((thing) => thing.project === project)
          .map(({ kind, zone, name }) =>
            kind === 'cluster' ? `locations/${zone}/clusters/${name}` : `zones/${zone}/instances/${name}`,
          ),
        ...things.all(project).map(({ path }) => path),
      ].sort(),
  };
  return standIn;
}

export const nameOf = ({ kind, project, zone, name }: CloudThing): string =>
  `${kind} ${project} ${zone} ${name}`;

const routes: readonly (Route & { readonly pattern: RegExp })[] = [
  ...containerRoutes,
  ...computeRoutes,
  ...computeThingsRoutes,
].map((route) => ({ ...route, pattern: patternOf(route.path) }));

interface Answering {
  readonly api: Api;
  readonly call: StandInCall;
  readonly cloud: Cloud;
  readonly things: ComputeThings;
  readonly fault: StandInFault | undefined;
}

function answerTo({ fault, ...asked }: Answering): StandInAnswer {
  try {
    if (fault === 'rate') throw tooMany();
    if (fault === 'unavailable') throw unavailable();
    return { status: 200, body: respond(asked), headers: {} };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status, retryAfter } = error.facts;
    const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    return { status, body: error.body(), headers: { ...headers } };
  }
}

function respond({ api, call, cloud, things }: Omit<Answering, 'fault'>): object {
  const { method, path, body } = call;
  const { pathname, searchParams } = new URL(path, 'http://stand-in');
  const route = routes.find((one) => one.api === api && one.method === method && one.pattern.test(pathname));
  if (!route) throw notFound(`${method} ${pathname}`);
  const parts = route.pattern.exec(pathname)?.groups ?? {};
  const query = Object.fromEntries(searchParams);
  const unknown = Object.keys(query).find((key) => !route.query?.includes(key));
  if (unknown !== undefined)
    throw badRequest(
      `Invalid JSON payload received. Unknown name "${unknown}": Cannot bind query parameter.`,
    );
  const { project = '', zone = '', name = '' } = parts;
  cloud.admit({ project, permission: route.permission });
  if (route.body !== undefined) checkBody(body, { api, schema: route.body, path: '' });
  else if (body !== undefined) throw badRequest('Request body is not allowed.');
  const given = (body ?? {}) as Readonly<Record<string, unknown>>;
  const answer = route.respond({ cloud, things, project, zone, name, query, body: given });
  // The stand-in, too, says only what Google could say.
  checkBody(answer, { api, schema: route.answer, path: '' });
  return answer;
}

const apiOf = ({ url }: GoogleOptions): Api =>
  new URL(url).hostname.startsWith('compute') ? 'compute' : 'container';

/** As it would come over the network: as text. */
function callOf({ url, method, data }: GoogleOptions): StandInCall {
  const { pathname, search } = new URL(url);
  const body: unknown = data === undefined ? undefined : JSON.parse(JSON.stringify(data));
  return { method, path: `${pathname}${search}`, body };
}

const replyOf = ({ status, body, headers }: StandInAnswer): GoogleAnswer => ({
  status,
  headers: new Headers(headers),
  data: JSON.stringify(body),
});
