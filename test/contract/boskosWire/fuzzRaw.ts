import { once } from 'node:events';
import { connect } from 'node:net';

import fc from 'fast-check';

/** A request that is one, before it is spoilt. */
const WHOLE = [
  'POST /acquire?type=project&state=free&dest=busy&owner=alice HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}',
  'POST /update?name=p-1&state=busy&owner=alice HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  'POST /reset?type=project&state=busy&expire=0s&dest=free HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /metric?type=project HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  'GET /resources?limit=1 HTTP/1.0\r\n\r\n',
];

const SPOILERS = [
  ...['\r\n', '\n', '\r', ' ', '\t', '\u0000', '\u007f', '\u00ff', ':', '?', '%', '"', '\\'],
  ...[
    'Content-Length: 9\r\n',
    'Content-Length: -1\r\n',
    'Content-Length: 1e9\r\n',
    'Transfer-Encoding: chunked\r\n',
  ],
  ...[
    'Transfer-Encoding: gzip, chunked\r\n',
    'Expect: 100-continue\r\n',
    'Upgrade: websocket\r\n',
    'Connection: upgrade\r\n',
  ],
  ...[
    'HTTP/2.0',
    'HTTP/1.1',
    'FOO ',
    'CONNECT a:1 ',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'fffffffffffffffff\r\n',
  ],
  `X: ${'x'.repeat(20_000)}\r\n`,
  'x'.repeat(20_000),
];

const cut = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(8), fc.constantFrom('', ...SPOILERS));

/** A request in some bytes of which it is none; some are cut off, some are followed by another. */
export const rawRequest: fc.Arbitrary<Buffer> = fc.oneof(
  { arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
  {
    arbitrary: fc
      .tuple(
        fc.array(fc.constantFrom(...WHOLE), { minLength: 1, maxLength: 2 }),
        fc.array(cut, { maxLength: 3 }),
      )
      .map(([whole, cuts]) => Buffer.from(cuts.reduce(spoilt, whole.join('')), 'latin1')),
    weight: 6,
  },
);

function spoilt(text: string, [place, length, insert]: readonly [number, number, string]): string {
  const at = Math.floor(place * text.length);
  return `${text.slice(0, at)}${insert}${text.slice(at + length)}`;
}

/** Sends the bytes and no more. @returns the statuses of all answers until the server ends the connection */
export async function exchange(base: string, bytes: Buffer): Promise<number[]> {
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  // The server may end it before it has read all.
  socket.on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)]
    .map(([, status]) => Number(status))
    .filter((status) => status >= 200);
}
