import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';

export const INTERNAL = 13;
export const UNAVAILABLE = 14;

/** `/google.firestore.v1.Firestore/Commit` → `Commit` */
export function methodOf(headers: IncomingHttpHeaders): string {
  return (headers[':path'] ?? '').split('/').at(-1) ?? '';
}

/** Ends a call of which the client has heard nothing yet with a status alone. */
export function answerStatus(client: ServerHttp2Stream, status: number, message: string): void {
  if (client.closed || client.destroyed) return;
  client.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(status),
      'grpc-message': encodeURIComponent(message),
    },
    { endStream: true },
  );
  // What the client still sends would fill the connection's window if nobody read it.
  client.resume();
}

/** A broken stream, as a server or a balancer leaves it: not REFUSED_STREAM, which says that nothing was done. */
export function reset(client: ServerHttp2Stream): void {
  if (!client.closed) client.close(constants.NGHTTP2_INTERNAL_ERROR);
}

/** The whole request, or null if the client gave up before its end. */
export async function readRequest(client: ServerHttp2Stream): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  return new Promise((resolve) => {
    client.on('data', (piece: Buffer) => pieces.push(piece));
    client.once('end', () => resolve(client.aborted ? null : Buffer.concat(pieces)));
    client.once('close', () => resolve(null));
  });
}
