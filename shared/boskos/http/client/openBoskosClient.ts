import type { Clock } from '../../../runtime/clock.ts';
import type { BoskosClient, LentResource, Updated } from './client.ts';
import { exchange, type BoskosRequest, type Call, type Server } from './exchange.ts';
import { readPlace } from './place.ts';
import {
  readAcquired,
  readAcquiredByState,
  readAnswer,
  readMetric,
  readPage,
  type Page,
} from './readReply.ts';
import { repeated } from './repeat.ts';
import type { Reply } from './reply.ts';

export interface BoskosClientOptions {
  /** The server's, with or without a slash at its end. It may have a path. */
  readonly url: string;
  /** The value of the header Authorization, asked for at each attempt; null: none is sent. */
  readonly authorization: () => Promise<string | null>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly request: BoskosRequest;
  /** Milliseconds that one attempt may take, its credentials and its body included (default 10 s). */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 10_000;
/** The most that Mason's own server gives at a call. */
const PAGE = 1_000;

/**
 * A client of an existing Boskos server, the original or Mason's own. Nothing is sent before the first call.
 * @throws MasonError ENVIRONMENT_INVALID for a URL that is none, or has a password in it
 */
export function openBoskosClient(options: BoskosClientOptions): BoskosClient {
  const { url, deadlineMs = DEADLINE_MS, ...parts } = options;
  const server: Server = { ...parts, place: readPlace(url), deadlineMs };
  const once = (call: Call): Promise<Reply> => exchange(server, call);
  const often = (call: Call): Promise<Reply> => repeated(parts, () => once(call));
  return {
    acquire: async ({ type, state, dest, owner }) =>
      readAcquired(await once(post('/acquire', { type, state, dest, owner }))),
    async acquireByState({ state, dest, owner, name }) {
      // The server would take it for several names, and might keep some of them.
      if (name.includes(',')) return null;
      const call = post('/acquirebystate', { state, dest, owner, names: name });
      return readAcquiredByState(await once(call), name);
    },
    release: async ({ name, dest, owner }) =>
      readAnswer(await often(post('/release', { name, dest, owner }))),
    update: async (updated) => readAnswer(await often(updateOf(updated))),
    metric: async (type) => readMetric(await often(get('/metric', { type }))),
    held: (owner) => allPages((after) => often(get('/resources', { owner, limit: String(PAGE), ...after }))),
  };
}

const post = (path: string, parameters: Call['parameters']): Call => ({ method: 'POST', path, parameters });
const get = (path: string, parameters: Call['parameters']): Call => ({ method: 'GET', path, parameters });

function updateOf({ name, state, owner, userData }: Updated): Call {
  const call = post('/update', { name, state, owner });
  if (userData === undefined) return call;
  return { ...call, body: JSON.stringify(userData), secrets: Object.values(userData) };
}

async function allPages(
  ask: (after: { readonly after?: string }) => Promise<Reply>,
): Promise<readonly LentResource[] | null> {
  const found: LentResource[] = [];
  let after: string | null = null;
  do {
    const page: Page | null = readPage(await ask(after === null ? {} : { after }), after);
    if (page === null) return null;
    found.push(...page.resources);
    ({ after } = page);
  } while (after !== null);
  return found;
}
