import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Stands between the topics and the functions, and delivers each push once, or as often as it is told. */
export interface PushProxy {
  /** @param url where a push is to go. @returns where it is to be sent instead */
  through(url: string): string;
  /** From now on each push is delivered so many times at once. */
  deliver(copies: number): void;
  /** Pushes that came, and those that were sent on. */
  counts(): { readonly came: number; readonly sent: number };
  close(): Promise<void>;
}

/** Answers a push with the worst status that one of its copies got: 502 where nobody took it. */
export async function openPushProxy(): Promise<PushProxy> {
  const targets = new Map<string, string>();
  let copies = 1;
  let came = 0;
  let sent = 0;
  const forward = async (url: string, body: Buffer): Promise<number> => {
    sent += 1;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: new Uint8Array(body),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 502;
    }
  };
  const server = createServer((request, response) => {
    void buffer(request).then(async (body) => {
      came += 1;
      const url = targets.get(request.url ?? '') ?? '';
      // At the same time: that is worse than one after the other.
      const statuses = await Promise.all(Array.from({ length: copies }, () => forward(url, body)));
      response.writeHead(Math.max(...statuses)).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    through(url) {
      const { pathname } = new URL(url);
      targets.set(pathname, url);
      return `http://127.0.0.1:${port}${pathname}`;
    },
    deliver(given) {
      copies = given;
    },
    counts: () => ({ came, sent }),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
