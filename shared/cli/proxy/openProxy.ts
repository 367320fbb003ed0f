import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

import { MasonError } from '../../errors.ts';
import { createForward } from './forward.ts';
import { refusalOf } from './refusalOf.ts';

export interface ProxyOptions {
  /** 0: any that is free. */
  readonly port: number;
  readonly target: URL;
  /** @throws MasonError TOKEN_UNAVAILABLE */
  readonly token: () => Promise<string>;
  /** Told why a call could not be forwarded. */
  readonly err: (text: string) => void;
}

export interface Proxy {
  /** Where it is reached, without a slash at its end. */
  readonly url: string;
  /** Lets the calls under way end, those that take longer than `GRACE_MS` by breaking them off. */
  close(): Promise<void>;
}

/** The only address it listens on: whoever reaches it acts with this user's rights. */
const HOST = '127.0.0.1';
const GRACE_MS = 5_000;

/** @throws MasonError ENVIRONMENT_INVALID if the port can't be had */
export async function openProxy({ port, target, token, err }: ProxyOptions): Promise<Proxy> {
  const tell = (response: ServerResponse, status: number, why: string): void => {
    err(`mason proxy: ${why}\n`);
    answer(response, status, why);
  };
  const forward = createForward({ target, token, fail: tell });
  const server = createServer((request, response) => {
    const refusal = refusalOf(request);
    if (refusal === null) void forward.handle(request, response);
    else answer(response, 403, refusal);
  });
  server.listen(port, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new MasonError('ENVIRONMENT_INVALID', whyNot(port, error), { cause: error });
  }
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${HOST}:${taken}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      const impatient = setTimeout(() => {
        server.closeAllConnections();
      }, GRACE_MS);
      await closed;
      clearTimeout(impatient);
      forward.close();
    },
  };
}

function answer(response: ServerResponse, status: number, why: string): void {
  const body = `mason proxy: ${why}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

function whyNot(port: number, error: unknown): string {
  const { code, message } = Object(error) as { code?: string; message?: string };
  const why = code === 'EADDRINUSE' ? 'is in use' : `can not be used (${message ?? String(error)})`;
  return `port ${port} ${why}: choose another one with --port N (0: any)`;
}
