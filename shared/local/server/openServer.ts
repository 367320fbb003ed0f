import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

import { MasonError } from '../../errors.ts';
import type { Answer } from './answer.ts';
import { createRouter, type Route } from './router.ts';

export interface LocalServer {
  /** Where it is reached, without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * Serves the routes to programs of this machine.
 * @param port 0: any that is free
 * @throws MasonError ENVIRONMENT_INVALID if the port can't be had
 */
export async function openServer(port: number, routes: readonly Route[]): Promise<LocalServer> {
  const answer = createRouter(routes);
  const server = createServer((request, response) => {
    void answer(request).then((answered) => {
      send(response, answered);
    });
  });
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

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

function whyNot(port: number, error: unknown): string {
  const { code, message } = Object(error) as { code?: string; message?: string };
  if (code === 'EADDRINUSE') {
    return `port ${port} is in use, perhaps by another npm start: stop that one, or choose another port: --port N (0: any)`;
  }
  if (code === 'EACCES')
    return `port ${port} may not be used by this user: choose one above 1023 with --port N (0: any)`;
  return `port ${port} can not be used: ${message ?? String(error)}`;
}
