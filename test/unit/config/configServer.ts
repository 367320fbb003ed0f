import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** An HTTP server on this machine that a test answers for. */
export interface ConfigServer {
  readonly url: string;
  readonly asked: Asked[];
  answer: (asked: Asked, response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function openConfigServer(): Promise<ConfigServer> {
  const http = createServer((request, response) => {
    const asked = { path: request.url ?? '', headers: request.headers };
    server.asked.push(asked);
    server.answer(asked, response);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server: ConfigServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    asked: [],
    answer: (_, response) => response.writeHead(404).end(),
    async close() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return server;
}
