import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

import { FaultPlan, type Decide, type Fault, type When } from './faultPlan.ts';
import { answerStatus, INTERNAL, methodOf, readRequest, reset, UNAVAILABLE } from './grpc.ts';
import { passThrough, relay } from './passThrough.ts';
import { closed, MAX_SESSION_MEMORY_MB } from './sessions.ts';
import { Upstream } from './upstream.ts';

export type { Fault } from './faultPlan.ts';

export interface FaultProxy {
  /** `127.0.0.1:<port>`, for FIRESTORE_EMULATOR_HOST and the like. */
  readonly host: string;
  /** Every call that came in, in order, those among them that a client repeats by itself. */
  readonly calls: readonly { readonly method: string; readonly fault: Fault | null }[];
  /** What happens to the next calls of the method. Of several such rules each begins where the one before it ends. */
  failNext(method: string, fault: Fault, options?: When): void;
  /** Is asked for each call that no `failNext` stands against; replaces the plan before it. */
  plan(decide: Decide): void;
  /** As if just started: no faults, no late requests, no calls. (To stop a plan alone: `plan(() => null)`.) */
  clear(): void;
  /**
   * Sends the server what is late and has come in whole, one after the other. What it answers is lost, be it an error.
   * @throws if the server doesn't answer
   */
  release(): Promise<void>;
  /** Ends all connections. May be called twice. */
  close(): Promise<void>;
}

interface Request {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Stands between a gRPC client and a server (HTTP/2 in cleartext, as the emulators speak it) and loses what a network
 * loses. A call with a fault is taken in whole and brought to the server on a connection of the proxy's own, so that it
 * arrives there whatever becomes of the client. All other calls pass through piece by piece.
 *
 *     const proxy = await startFaultProxy({ target: emulator.host });
 *     const firestore = new Firestore({ projectId, host: proxy.host, ssl: false });
 *     proxy.failNext('Commit', 'reply-lost');
 */
export async function startFaultProxy({ target }: { readonly target: string }): Promise<FaultProxy> {
  const plan = new FaultPlan();
  const own = new Upstream(target);
  const sessions = new Map<ServerHttp2Session, Upstream>();
  let calls: { method: string; fault: Fault | null }[] = [];
  let late: Request[] = [];
  const server = createServer({ maxSessionMemory: MAX_SESSION_MEMORY_MB });

  server.on('session', (session) => {
    // One connection to the server for each of the client's: neither's flow control holds up another's streams.
    const upstream = new Upstream(target);
    sessions.set(session, upstream);
    session.on('error', () => undefined);
    session.once('close', () => {
      sessions.delete(session);
      void upstream.close();
    });
    session.on('stream', (client, headers) => handle(client, headers, upstream));
  });

  function handle(client: ServerHttp2Stream, headers: IncomingHttpHeaders, upstream: Upstream): void {
    client.on('error', () => undefined);
    const method = methodOf(headers);
    try {
      const fault = plan.next(method);
      calls.push({ method, fault });
      if (fault === null) passThrough(client, upstream.request(headers));
      else if (fault === 'refused') answerStatus(client, UNAVAILABLE, 'refused');
      else void strike(client, headers, fault);
    } catch (error) {
      answerStatus(client, INTERNAL, `faultProxy: ${String(error)}`);
    }
  }

  async function strike(
    client: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    fault: Exclude<Fault, 'refused'>,
  ): Promise<void> {
    const body = await readRequest(client);
    if (body === null) return;
    if (fault === 'late') {
      late.push({ headers, body });
      answerStatus(client, UNAVAILABLE, 'late');
      return;
    }
    try {
      await own.exchange(headers, body);
      if (fault === 'twice') relay(client, await own.exchange(headers, body));
      else if (fault === 'reset') reset(client);
      else if (fault === 'reply-lost') answerStatus(client, UNAVAILABLE, 'the reply is lost');
      // Of `silent` nobody hears again.
    } catch (error) {
      answerStatus(client, UNAVAILABLE, `the server is gone: ${String(error)}`);
    }
  }

  async function release(): Promise<void> {
    const requests = late;
    late = [];
    for (const { headers, body } of requests) await own.exchange(headers, body);
  }

  async function close(): Promise<void> {
    late = [];
    const stopped = server.listening ? once(server, 'close') : undefined;
    if (server.listening) server.close();
    const upstreams = [own, ...sessions.values()];
    await Promise.all([...sessions.keys()].map(closed));
    await Promise.all(upstreams.map((upstream) => upstream.close()));
    await stopped;
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get calls() {
      return calls;
    },
    failNext: (method, fault, options = {}) => plan.failNext(method, fault, options),
    plan: (decide) => plan.plan(decide),
    clear: () => {
      plan.clear();
      late = [];
      calls = [];
    },
    release,
    close,
  };
}
