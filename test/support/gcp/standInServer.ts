import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import type { GoogleEndpoints } from '../../../shared/masonables/google/request.ts';
import type { Api } from './discovery.ts';
import type { StandIn, StandInCall } from './standIn.ts';

export interface StandInServer {
  readonly endpoints: GoogleEndpoints;
  close(): Promise<void>;
}

/**
 * Serves a stand-in on loopback, both APIs below a path of their own. A call without a bearer token is refused.
 * @param latencyMs how long each answer takes
 */
export async function serveStandIn(standIn: StandIn, latencyMs = 0): Promise<StandInServer> {
  const server = createServer((request, response) => {
    void answer(standIn, request).then(async (given) => {
      if (latencyMs > 0) await delay(latencyMs);
      if (given === null) {
        request.socket.destroy();
        return;
      }
      response.writeHead(given.status, {
        'content-type': 'application/json; charset=UTF-8',
        ...given.headers,
      });
      response.end(JSON.stringify(given.body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoints: {
      container: `${origin}/container.googleapis.com`,
      compute: `${origin}/compute.googleapis.com`,
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const UNAUTHENTICATED = {
  error: {
    code: 401,
    message: 'Request is missing required authentication credential.',
    status: 'UNAUTHENTICATED',
  },
};

async function answer(standIn: StandIn, request: IncomingMessage): Promise<ReturnType<StandIn['handle']>> {
  const [, api, path] = /^\/(container|compute)\.googleapis\.com(\/.*)$/.exec(request.url ?? '') ?? [];
  if (!request.headers.authorization?.startsWith('Bearer '))
    return { status: 401, body: UNAUTHENTICATED, headers: {} };
  if (api === undefined || path === undefined) return { status: 404, body: {}, headers: {} };
  const call: StandInCall = { method: request.method ?? '', path, body: await readBody(request) };
  return standIn.handle(api as Api, call);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}
