import {
  constants,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';

import { answerStatus, UNAVAILABLE } from './grpc.ts';
import { endsStream, type Answer } from './upstream.ts';

/** Gives each side what the other says, piece by piece and no faster than it reads; what ends one ends the other. */
export function passThrough(client: ServerHttp2Stream, server: ClientHttp2Stream): void {
  // Both are told of in `close`.
  client.on('error', () => undefined);
  server.on('error', () => undefined);
  passRequest(client, server);
  passAnswer(client, server);
  client.once('close', () => {
    if (!server.closed) server.close(constants.NGHTTP2_CANCEL);
  });
}

function passRequest(client: ServerHttp2Stream, server: ClientHttp2Stream): void {
  client.pipe(server, { end: false });
  client.once('end', () => {
    // A request that was given up also ends for its reader, and must not look whole to the server.
    if (!client.aborted) server.end();
  });
}

function passAnswer(client: ServerHttp2Stream, server: ClientHttp2Stream): void {
  let trailers: IncomingHttpHeaders | null = null;
  let isWhole = false;
  server.once('response', (headers, flags) => {
    isWhole = endsStream(flags);
    if (!client.closed) client.respond(headers, isWhole ? { endStream: true } : { waitForTrailers: true });
  });
  server.once('trailers', (received: IncomingHttpHeaders) => {
    trailers = received;
    isWhole = true;
  });
  client.once('wantTrailers', () => client.sendTrailers(trailers ?? {}));
  server.pipe(client, { end: false });
  server.once('end', () => {
    if (isWhole) client.end();
  });
  server.once('close', () => {
    if (!isWhole) breakOff(client, server);
  });
}

function breakOff(client: ServerHttp2Stream, server: ClientHttp2Stream): void {
  if (client.closed) return;
  const isConnectionLost = server.session?.destroyed ?? true;
  if (isConnectionLost && !client.headersSent) answerStatus(client, UNAVAILABLE, 'the server is gone');
  // An answer without trailers is broken also where the server itself sees no error.
  else client.close(server.rstCode === 0 ? constants.NGHTTP2_INTERNAL_ERROR : server.rstCode);
}

/** Gives the client an answer that is there already. */
export function relay(client: ServerHttp2Stream, { headers, body, trailers }: Answer): void {
  if (client.closed || client.destroyed) return;
  if (trailers === null) {
    client.respond(headers, { endStream: true });
    return;
  }
  client.once('wantTrailers', () => client.sendTrailers(trailers));
  client.respond(headers, { waitForTrailers: true });
  client.end(body);
}
