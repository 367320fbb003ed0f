import { Readable } from 'node:stream';

/** What gaxios has made ready to be sent, of whichever of its two builds. */
interface Prepared {
  readonly body?: unknown;
  readonly headers: Headers;
}

/**
 * An `adapter` for gaxios: sends a text as a stream. That of a text itself node-fetch 3.3.2 destroys, where the signal is
 * aborted before the request begins, with an error that nobody hears: the process would end, with all that other runs do
 * in it.
 */
export function bodyAsStream<Options extends Prepared, Sent>(
  options: Options,
  send: (options: Options) => Sent,
): Sent {
  const { body, headers } = options;
  if (typeof body !== 'string') return send(options);
  const bytes = Buffer.from(body);
  headers.set('content-length', String(bytes.length));
  return send({ ...options, body: Readable.from([bytes]), duplex: 'half' });
}
