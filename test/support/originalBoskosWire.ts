import { goList, goMap, goStruct, goText } from '../../shared/boskos/wire/goJson.ts';
import { goQuote } from '../../shared/boskos/wire/goQuote.ts';
import { goTime, goTimeInSeconds } from '../../shared/boskos/wire/goTime.ts';
import { readUserData } from '../../shared/boskos/wire/readUserData.ts';
import { parseGoDuration } from '../../shared/config/goDuration.ts';
import type { OriginalRanch, OriginalResource, Refusal } from './originalBoskosRanch.ts';

export interface OriginalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface OriginalCall {
  readonly method: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly refusal: (method: string) => string;
  readonly answer: (
    ranch: OriginalRanch,
    parameter: (name: string) => string,
    body: Uint8Array,
  ) => OriginalAnswer;
}

/** What the original answers (boskos-wire.md; its handlers/handlers.go). It has no path but these. */
export function answerAsOriginal(ranch: OriginalRanch, path: string, call: OriginalCall): OriginalAnswer {
  const route = ROUTES[path];
  if (route === undefined) return nothing;
  if (route.method !== call.method) return refused(405, route.refusal(call.method));
  return route.answer(ranch, (name) => call.parameters.get(name) ?? '', call.body);
}

const nothing: OriginalAnswer = { status: 200, headers: {}, body: '' };
const TEXT = { 'content-type': 'text/plain; charset=utf-8' };
const sniffed = (body: string): OriginalAnswer => ({ status: 200, headers: TEXT, body });
const refused = (status: number, text: string): OriginalAnswer => ({
  status,
  headers: { ...TEXT, 'x-content-type-options': 'nosniff' },
  body: `${text}\n`,
});

const onlyPost = (path: string) => (method: string) => `Method ${method}, ${path} only accepts POST.`;
const NOT_ALL = 'all of them must be set in the request.';

const ROUTES: Readonly<Partial<Record<string, Route>>> = {
  '/acquire': {
    method: 'POST',
    refusal: onlyPost('/acquire'),
    answer(ranch, parameter) {
      const [type, state, dest, owner] = ['type', 'state', 'dest', 'owner'].map(parameter) as Four;
      if (![type, state, dest, owner].every(Boolean)) {
        const given = `Type: ${type}, state: ${state}, dest: ${dest}, owner: ${owner}`;
        return refused(400, `Bad request: ${given}, ${NOT_ALL}`);
      }
      const requestId = parameter('request_id');
      // Mason sends none; a model that passed over it would hide that it does.
      if (requestId !== '' && !ranch.queues) return refused(501, 'this model has no queue');
      return told(ranch.acquire(type, state, { dest, owner, requestId }), 'Acquire failed', (one) =>
        sniffed(resourceJson(one)),
      );
    },
  },
  '/acquirebystate': {
    method: 'POST',
    refusal: onlyPost('/acquire'),
    answer(ranch, parameter) {
      const [state, dest, owner, names] = ['state', 'dest', 'owner', 'names'].map(parameter) as Four;
      if (![state, dest, owner, names].every(Boolean))
        return refused(400, `state: ${state}, dest: ${dest}, owner: ${owner}, names: ${names} - ${NOT_ALL}`);
      const taken = ranch.acquireByState(new Set(names.split(',')), state, { dest, owner });
      return told(taken, 'AcquireByState', (all) => sniffed(`${goList(all.map(resourceJson))}\n`));
    },
  },
  '/release': {
    method: 'POST',
    refusal: onlyPost('/release'),
    answer(ranch, parameter) {
      const [name, dest, owner] = ['name', 'dest', 'owner'].map(parameter) as Three;
      if (![name, dest, owner].every(Boolean))
        return refused(400, `Name: ${name}, dest: ${dest}, owner: ${owner}, ${NOT_ALL}`);
      const failure = `Done failed: ${name} - ${dest} (from ${owner})`;
      return told(ranch.release(name, { dest, owner }), failure, () => nothing);
    },
  },
  '/update': {
    method: 'POST',
    refusal: onlyPost('/update'),
    answer(ranch, parameter, body) {
      const [name, owner, state] = ['name', 'owner', 'state'].map(parameter) as Three;
      if (![name, owner, state].every(Boolean))
        return refused(400, `Name: ${name}, owner: ${owner}, state : ${state}, ${NOT_ALL}`);
      const userData = readUserData(body);
      if (typeof userData === 'string') return refused(400, userData);
      const failure = `Update failed: ${name} - ${state} (${owner})`;
      return told(ranch.update(name, { state, owner }, userData), failure, () => nothing);
    },
  },
  '/reset': {
    method: 'POST',
    refusal: onlyPost('/reset'),
    answer(ranch, parameter) {
      const [type, state, expire, dest] = ['type', 'state', 'expire', 'dest'].map(parameter) as Four;
      if (![type, state, expire, dest].every(Boolean))
        return refused(400, `Type: ${type}, state: ${state}, expire: ${expire}, dest: ${dest}, ${NOT_ALL}`);
      const expireMs = parseGoDuration(expire);
      if (typeof expireMs === 'string') return refused(400, expireMs);
      return sniffed(goMap(ranch.reset(type, state, { dest, expireMs }), goText));
    },
  },
  '/metric': {
    method: 'GET',
    refusal: () => '/metric only accepts GET',
    answer(ranch, parameter) {
      const type = parameter('type');
      if (type === '') return refused(400, 'Type must be set in the request.');
      const found = ranch.all().filter((resource) => resource.type === type);
      if (found.length === 0) return refused(404, textOf({ kind: 'notFound', what: type }));
      const counts = (key: 'state' | 'owner'): string =>
        goMap(Object.fromEntries(Map.groupBy(found, (one) => one[key])), (alike) => String(alike.length));
      const body = goStruct([
        ['type', goText(type)],
        ['current', counts('state')],
        ['owner', counts('owner')],
      ]);
      return { status: 200, headers: { 'content-type': 'application/json' }, body };
    },
  },
};
type Three = [string, string, string];
type Four = [string, string, string, string];

function told<Found extends object>(
  found: Found | Refusal,
  failure: string,
  answer: (found: Found) => OriginalAnswer,
): OriginalAnswer {
  if (!('kind' in found)) return answer(found);
  return refused(STATUS[found.kind], `${failure}: ${textOf(found)}`);
}

const STATUS = { notFound: 404, unknownType: 404, notOurs: 401, otherState: 409 } as const satisfies Record<
  Refusal['kind'],
  number
>;

function textOf(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'notFound':
      return `no available resource ${refusal.what}, try again later.`;
    case 'unknownType':
      return `resource type ${goQuote(refusal.type)} does not exist`;
    case 'notOurs':
      return `owner mismatch request by ${refusal.by}, currently owned by ${refusal.owner}`;
    case 'otherState':
      return `state mismatch - expected ${refusal.current}, current ${refusal.asked}`;
  }
}

const resourceJson = ({
  type,
  name,
  state,
  owner,
  lastUpdate,
  userData,
  expiration,
}: OriginalResource): string =>
  goStruct([
    ['type', goText(type)],
    ['name', goText(name)],
    ['state', goText(state)],
    ['owner', goText(owner)],
    ['lastupdate', goText(goTime(lastUpdate))],
    ['userdata', goMap(userData, goText)],
    ...(expiration === null ? [] : [['expiration-date', goText(goTimeInSeconds(expiration))] as const]),
  ]);
