import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { readPath } from '../../shared/boskos/wire/path.ts';
import { readQuery } from '../../shared/boskos/wire/query.ts';
import { OriginalRanch, type OriginalRanchOptions, type OriginalResource } from './originalBoskosRanch.ts';
import { answerAsOriginal } from './originalBoskosWire.ts';

export type { OriginalResource, OriginalType } from './originalBoskosRanch.ts';

/** A strict model of the original's server, on loopback. */
export interface OriginalBoskos {
  readonly url: string;
  /** Every call that it has answered, `METHOD PATH?QUERY`. */
  readonly calls: readonly string[];
  /** Copies. */
  all(): readonly OriginalResource[];
  /** A copy. @throws if there is none */
  resource(name: string): OriginalResource;
  configure: OriginalRanch['configure'];
  /** As a reaper calls it. @returns owners by name */
  reset: OriginalRanch['reset'];
  /** What the original does to its dynamic resources now and then: deletes tombstones, marks the expired, adds up to min. */
  tend(): void;
  /** The server is gone, its connections too; what it knows is kept, as Kubernetes keeps it. */
  kill(): Promise<void>;
  /** It is there again, on the same port. */
  listen(): Promise<void>;
  /** For the end of a test; may be called after `kill`. */
  close(): Promise<void>;
}

export async function openOriginalBoskos(options: OriginalRanchOptions): Promise<OriginalBoskos> {
  const ranch = new OriginalRanch(options);
  const calls: string[] = [];
  const answerOne = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(ranch, request, response).then(() => calls.push(`${request.method} ${request.url}`));
  };
  let server: Server = await listenOn(0, answerOne);
  const { port } = server.address() as AddressInfo;
  const kill = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    all: () => ranch.all(),
    resource(name) {
      const found = ranch.all().find((resource) => resource.name === name);
      if (found === undefined) throw new Error(`the model has no resource ${name}`);
      return found;
    },
    configure: (types) => {
      ranch.configure(types);
    },
    reset: (type, state, to) => ranch.reset(type, state, to),
    tend: () => {
      ranch.tend();
    },
    kill,
    async listen() {
      server = await listenOn(port, answerOne);
    },
    close: kill,
  };
}

async function listenOn(
  port: number,
  answerOne: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(answerOne);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function answer(
  ranch: OriginalRanch,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '' } = request;
  const [path = '', ...query] = url.split('?');
  const place = readPath(path);
  if (place.kind !== 'at') {
    // Of a path that isn't clean the model tells no more than that.
    response.writeHead(place.kind === 'moved' ? 307 : 400).end();
    return;
  }
  const { status, headers, body } = answerAsOriginal(ranch, `/${place.segments.join('/')}`, {
    method,
    parameters: readQuery(query.join('?')),
    body: Buffer.concat(chunks),
  });
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(method === 'HEAD' ? '' : body);
}
