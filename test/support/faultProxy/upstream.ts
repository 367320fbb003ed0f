import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2';

import { closed, MAX_SESSION_MEMORY_MB } from './sessions.ts';

export type AnswerHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** A whole answer of the server. */
export interface Answer {
  readonly headers: AnswerHeaders;
  readonly body: Buffer;
  /** null: all was said in the headers. */
  readonly trailers: IncomingHttpHeaders | null;
}

/** A connection to the server, opened when it is needed and again after the server has closed it. */
export class Upstream {
  readonly #target: string;
  #session: ClientHttp2Session | null = null;
  readonly #open = new Set<ClientHttp2Session>();
  #isClosed = false;

  constructor(target: string) {
    this.#target = target;
  }

  request(headers: IncomingHttpHeaders): ClientHttp2Stream {
    return this.#connection().request({ ...forwarded(headers), ':authority': this.#target });
  }

  /** One call from its beginning to its end. @throws if the server doesn't answer to the end */
  async exchange(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const stream = this.request(headers);
    const answer = readAnswer(stream);
    stream.end(body);
    return answer;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#open].map(closed));
  }

  #connection(): ClientHttp2Session {
    if (this.#isClosed) throw new Error('the proxy is closed');
    const current = this.#session;
    // After a GOAWAY the streams under way end on the old connection, and new ones need another.
    if (current !== null && !current.closed && !current.destroyed) return current;
    const session = connect(`http://${this.#target}`, { maxSessionMemory: MAX_SESSION_MEMORY_MB });
    this.#session = session;
    this.#open.add(session);
    // Each of its streams fails too, and tells whom it concerns.
    session.on('error', () => undefined);
    session.once('close', () => this.#open.delete(session));
    return session;
  }
}

function forwarded(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const { host: _, ...rest } = headers;
  return rest;
}

function readAnswer(stream: ClientHttp2Stream): Promise<Answer> {
  const pieces: Buffer[] = [];
  let head: { headers: AnswerHeaders; isAll: boolean } | undefined;
  let trailers: IncomingHttpHeaders | null = null;
  let failure: Error | undefined;
  return new Promise((resolve, reject) => {
    stream.once('response', (headers, flags) => (head = { headers, isAll: endsStream(flags) }));
    stream.once('trailers', (received: IncomingHttpHeaders) => (trailers = received));
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.once('error', (error: Error) => (failure = error));
    stream.once('close', () => {
      if (head !== undefined && (head.isAll || trailers !== null))
        resolve({ headers: head.headers, body: Buffer.concat(pieces), trailers });
      else reject(failure ?? new Error(`the server reset the stream with code ${stream.rstCode}`));
    });
  });
}

export function endsStream(flags: number): boolean {
  return (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
}
