import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What the network, or something in it, does to one call.
 * - request-lost: the connection breaks; the server never sees the call.
 * - reply-lost: the connection breaks after the server has done it.
 * - error: 500; the server never sees it.
 * - error-after: 500, after the server has done it.
 * - hang: nothing comes back; the server never sees it.
 * - hang-after: nothing comes back, though the server has done it.
 */
export type HttpFault = 'request-lost' | 'reply-lost' | 'error' | 'error-after' | 'hang' | 'hang-after';

/** @param n 1 is the first call since the plan was made. @param path without the query. @returns null: it gets through */
export type DecideHttp = (n: number, method: string, path: string) => HttpFault | null;

export interface HttpFaults {
  /** `http://127.0.0.1:PORT` and the target's path. */
  readonly url: string;
  /** Every call that came in, `METHOD PATH?QUERY`, since the plan was made. */
  readonly calls: readonly string[];
  /** Replaces the plan before it. */
  plan(decide: DecideHttp): void;
  /** Resolves when so many calls came in since the plan was made, and what is to happen to them has happened. */
  struck(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Stands between an HTTP client and the server at `target`, and loses what a network loses. */
export async function startHttpFaults(target: string): Promise<HttpFaults> {
  const { host, pathname } = new URL(target);
  let decide: DecideHttp = () => null;
  let calls: string[] = [];
  let done = 0;
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  const server = createServer((asked, answer) => {
    const { method = '', url = '' } = asked;
    calls.push(`${method} ${url}`);
    const fault = decide(calls.length, method, url.replace(/\?.*$/s, ''));
    void strike({ asked, answer, host }, fault).finally(() => {
      done += 1;
      waiting.filter(({ count }) => count <= done).forEach(({ resolve }) => resolve());
      waiting = waiting.filter(({ count }) => count > done);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname.replace(/\/$/, '')}`,
    get calls() {
      return calls;
    },
    plan(next) {
      decide = next;
      calls = [];
      done = 0;
    },
    struck: (count) =>
      new Promise((resolve) => {
        if (done >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Exchange {
  readonly asked: IncomingMessage;
  readonly answer: ServerResponse;
  readonly host: string;
}

async function strike(exchange: Exchange, fault: HttpFault | null): Promise<void> {
  const { asked, answer } = exchange;
  const body = await readAll(asked);
  const reachesServer = fault === null || fault.endsWith('-after') || fault === 'reply-lost';
  const reply = reachesServer ? await forward(exchange, body) : null;
  switch (fault) {
    case null:
      if (reply === null) answer.destroy();
      else answer.writeHead(reply.status, reply.headers).end(reply.body);
      return;
    case 'request-lost':
    case 'reply-lost':
      answer.destroy();
      return;
    case 'error':
    case 'error-after':
      answer.writeHead(500).end('a fault of the test\n');
      return;
    case 'hang':
    case 'hang-after':
  }
}

interface Forwarded {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** @returns null if the server is not there */
async function forward({ asked, host }: Exchange, body: Buffer): Promise<Forwarded | null> {
  const { hostname, port } = new URL(`http://${host}`);
  const { method, url: path, headers } = asked;
  const { promise, resolve } = Promise.withResolvers<Forwarded | null>();
  const sent = request({ hostname, port, method, path, headers, agent: false }, (received) => {
    void readAll(received).then((bytes) => {
      resolve({ status: received.statusCode ?? 0, headers: received.headers, body: bytes });
    });
  });
  sent.on('error', () => {
    resolve(null);
  });
  sent.end(body);
  return promise;
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
