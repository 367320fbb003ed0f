import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { cloudEvent } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';

import type { Topic } from '../../shared/topics/port.ts';

/**
 * Who makes an event of a push: Eventarc, whose headers stand before the function, or functions-framework, which
 * converts what comes without them.
 */
export type Conversion = 'eventarc' | 'framework';

export type Handler = (event: unknown) => Promise<void>;

/** Takes the pushes of one project's topics, and calls functions with them through functions-framework. */
export interface PushServer {
  /** Where a topic is to be pushed to. Until it has a handler a push waits for its answer. */
  endpointOf(topic: Topic): string;
  /** The handler becomes a function of functions-framework, which answers 500 to its rejection. */
  handle(topic: Topic, handler: Handler): Promise<void>;
  /** Answers 503 from now on; resolves when all handlers have ended. */
  close(): Promise<void>;
}

/** The framework keeps its functions by name, for the life of the process. */
let functionsMade = 0;

/** @param topicPath a topic's full name */
export async function openPushServer(
  topicPath: (topic: Topic) => string,
  conversion: Conversion,
): Promise<PushServer> {
  const functions = new Map<string, PromiseWithResolvers<Server | null>>();
  const functionAt = (path: string): PromiseWithResolvers<Server | null> => {
    const found = functions.get(path) ?? Promise.withResolvers<Server | null>();
    functions.set(path, found);
    return found;
  };
  const underWay = new Set<Promise<void>>();
  let isClosed = false;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const target = await functionAt(request.url ?? '').promise;
    response.statusCode =
      target === null || isClosed ? 503 : await callFunction(target, request.url ?? '', body, conversion);
    response.end();
  }
  const server = await listening(
    createServer((request, response) => {
      const answered = answer(request, response).catch(() => {
        response.destroy();
      });
      underWay.add(answered);
      void answered.finally(() => underWay.delete(answered));
    }),
  );
  return {
    endpointOf: (topic) => urlOf(server, `/${topicPath(topic)}`),
    async handle(topic, handler) {
      functionsMade += 1;
      const name = `function-${functionsMade}`;
      cloudEvent(name, handler);
      functionAt(`/${topicPath(topic)}`).resolve(await listening(getTestServer(name)));
    },
    async close() {
      isClosed = true;
      for (const { resolve } of functions.values()) resolve(null);
      await Promise.all(underWay);
      const targets = await Promise.all([...functions.values()].map(({ promise }) => promise));
      await Promise.all([server, ...targets].filter((one) => one !== null).map(closed));
    },
  };
}

/** @returns the status of its answer */
async function callFunction(
  target: Server,
  path: string,
  body: Buffer,
  conversion: Conversion,
): Promise<number> {
  const response = await fetch(urlOf(target, path), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(conversion === 'eventarc' ? eventarcHeaders(path, body) : {}),
    },
    body: new Uint8Array(body),
  });
  await response.body?.cancel();
  return response.status;
}

/** What Eventarc puts before a push: the body stays as it is (CloudEvents, binary mode). */
function eventarcHeaders(path: string, body: Buffer): Record<string, string> {
  const { message } = JSON.parse(body.toString('utf8')) as {
    message: { messageId: string; publishTime: string };
  };
  return {
    'ce-id': message.messageId,
    'ce-specversion': '1.0',
    'ce-time': message.publishTime,
    'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
    'ce-source': `//pubsub.googleapis.com${path}`,
  };
}

async function listening(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  const ending = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await ending;
}

function urlOf(server: Server, path: string): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
}
