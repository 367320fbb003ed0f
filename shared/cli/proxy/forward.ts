import * as http from 'node:http';
import * as https from 'node:https';
import { pipeline } from 'node:stream';

import { answerHeaders, requestHeaders } from './headers.ts';

export interface ForwardOptions {
  readonly target: URL;
  readonly token: () => Promise<string>;
  /** Answers a call that could not be forwarded. */
  readonly fail: (response: http.ServerResponse, status: number, why: string) => void;
}

export interface Forward {
  /** Never rejects. */
  readonly handle: (request: http.IncomingMessage, response: http.ServerResponse) => Promise<void>;
  readonly close: () => void;
}

/** How long (ms) the server may say nothing. A cold start takes a few seconds, a call of the wire milliseconds. */
const SILENCE_MS = 60_000;

/** Sends each call on as it came but for its credentials, and its answer back as it came. */
export function createForward({ target, token, fail }: ForwardOptions): Forward {
  const { Agent, request: ask } = target.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true });
  const prefix = target.pathname.replace(/\/+$/, '');
  const send = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const bearer = await token();
    const { method = 'GET', url = '/' } = request;
    const asked = ask(target, {
      agent,
      method,
      // As it stands: a URL would put it in order, and `*` is no path below another.
      path: url === '*' ? url : prefix + url,
      headers: requestHeaders(request, { host: target.host, bearer }),
      timeout: SILENCE_MS,
    });
    exchange({ request, response, asked }, (status, why) => {
      fail(response, status, `${target.host} ${why}`);
    });
  };
  return {
    handle: (request, response) =>
      send(request, response).catch((error: unknown) => {
        fail(response, 502, messageOf(error));
      }),
    close() {
      agent.destroy();
    },
  };
}

interface Exchange {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  readonly asked: http.ClientRequest;
}

function exchange({ request, response, asked }: Exchange, fail: (status: number, why: string) => void): void {
  let isLate = false;
  asked.on('timeout', () => {
    isLate = true;
    asked.destroy(new Error('no answer'));
  });
  asked.on('response', (answered) => {
    try {
      response.writeHead(answered.statusCode ?? 502, answered.statusMessage ?? '', answerHeaders(answered));
    } catch (error) {
      // Node reads some characters in a header that it doesn't write.
      asked.destroy();
      fail(502, `answered what can not be passed on: ${messageOf(error)}`);
      return;
    }
    // One that breaks off breaks the other off: half an answer must not look whole.
    pipeline(answered, response, () => undefined);
  });
  asked.on('error', (error) => {
    // The caller went away, or has the beginning of an answer that the server didn't end.
    if (response.destroyed || response.headersSent) response.destroy();
    else if (isLate) fail(504, `gave no answer within ${SILENCE_MS / 1_000} s`);
    else fail(502, `can not be reached: ${messageOf(error)}`);
  });
  response.on('close', () => {
    if (!response.writableFinished) asked.destroy();
  });
  // A server may answer before it has read all of a body: that is no reason to break off its answer.
  request.pipe(asked);
}

function messageOf(error: unknown): string {
  const { message, code } = Object(error) as { message?: string; code?: string };
  return [message, code].find((text) => text !== undefined && text !== '') ?? String(error);
}
