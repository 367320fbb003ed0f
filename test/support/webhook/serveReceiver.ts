import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Receiver, Received, Replied } from './receiver.ts';

/** What happens to a request: its reply never comes, or comes in halves, or it is lost before or after it was acted on. */
export type Mishap = 'hang' | 'half' | 'lost-before' | 'lost-after';

export interface ReceiverServer {
  readonly url: string;
  /** Called for each request, counted from 0. */
  mishap: (index: number) => Mishap | undefined;
  close(): Promise<void>;
}

/** Serves a receiver on loopback. */
export async function serveReceiver(receiver: Pick<Receiver, 'handle'>): Promise<ReceiverServer> {
  let count = 0;
  const server = createServer((request, response) => {
    void read(request).then((received) => {
      const mishap = served.mishap(count);
      count += 1;
      if (mishap === 'lost-before') request.socket.destroy();
      if (mishap === 'lost-before' || mishap === 'hang') return;
      const replied = receiver.handle(received);
      if (mishap === 'lost-after') request.socket.destroy();
      else reply(response, replied, mishap === 'half');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const served: ReceiverServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/environments`,
    mishap: () => undefined,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return served;
}

function reply(response: ServerResponse, { status, headers, body }: Replied, isHalf: boolean): void {
  response.writeHead(status, headers);
  if (isHalf) response.write(body.slice(0, 1));
  else response.end(body);
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: request.method ?? '',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
