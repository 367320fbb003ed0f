import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { createRouter, type Route, type RouterOptions } from '../../api/router.ts';
import { API } from '../../api/wire.ts';
import { MasonError } from '../../errors.ts';
import { overNode } from '../../http/overHttp.ts';
import { refusalOf } from './refusalOf.ts';

export interface LocalServer {
  /** Where it is reached, without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Above the 90 s after which Go's client lets an idle connection go: who closes first may cut off a call on its way. */
const KEEP_ALIVE_MS = 95_000;
/** Bytes of the largest order: it has a whole config in it. */
const LARGEST_ORDER = 4 * 1_048_576;

/** Who answers what is asked outside /mason; nobody: there is nothing. */
export interface Elsewhere {
  readonly boskos?: Listener | undefined;
  /** Gets /console and what is below it. */
  readonly console?: Listener | undefined;
}

/** Answers a request itself. Never rejects. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Serves the routes to programs of this machine.
 * @param port 0: any that is free
 * @throws MasonError ENVIRONMENT_INVALID if the port can't be had
 */
export async function openServer(
  port: number,
  routes: readonly Route[],
  { log, ...elsewhere }: Elsewhere & Pick<RouterOptions, 'log'>,
): Promise<LocalServer> {
  const answer = createRouter(routes, { log, tellsFaults: true });
  const api: Listener = overNode((call) => answer(call), LARGEST_ORDER);
  const listen: Listener = async (request, response) => {
    const isPage = elsewhere.console !== undefined && isBelow('/console', request);
    const refusal = refusalOf(request, isPage);
    if (refusal !== null) response.writeHead(refusal.status, refusal.headers).end(refusal.body);
    else if (elsewhere.console !== undefined && isPage) await elsewhere.console(request, response);
    else if (elsewhere.boskos !== undefined && !isBelow(OURS, request))
      await elsewhere.boskos(request, response);
    else await api(request, response);
  };
  const server = createServer((request, response) => void listen(request, response));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(port, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new MasonError('ENVIRONMENT_INVALID', whyNot(port, error), { cause: error });
  }
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${HOST}:${taken}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Where the routes are: /mason. */
const OURS = API.slice(0, API.indexOf('/', 1));

const isBelow = (root: string, { url = '' }: IncomingMessage): boolean =>
  url.startsWith(root) && /^([/?]|$)/.test(url.slice(root.length));

function whyNot(port: number, error: unknown): string {
  const { code, message } = Object(error) as { code?: string; message?: string };
  if (code === 'EADDRINUSE') {
    return `port ${port} is in use, perhaps by another npm start: stop that one, or choose another port: --port N (0: any)`;
  }
  if (code === 'EACCES')
    return `port ${port} may not be used by this user: choose one above 1023 with --port N (0: any)`;
  return `port ${port} can not be used: ${message ?? String(error)}`;
}
