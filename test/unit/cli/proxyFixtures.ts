import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { openProxy, type Proxy } from '../../../shared/cli/proxy/openProxy.ts';

/** A proxy to a server of the test, and what came to that server. */
export interface Proxied extends Proxy {
  readonly heard: readonly Heard[];
  /** What it told its user. */
  readonly said: () => string;
  readonly targetHost: string;
}

export interface Heard {
  readonly line: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Setup {
  readonly token?: () => Promise<string>;
  /** Of the target's URL. */
  readonly path?: string;
  /** Default: answers 200 with nothing. */
  readonly answer?: RequestListener;
}

export async function withProxy(
  { token = () => Promise.resolve('a.b.c'), path = '', answer = (_, response) => response.end() }: Setup,
  body: (proxied: Proxied) => Promise<void>,
): Promise<void> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request;
      heard.push({ line: `${method} ${url}`, headers, rawHeaders, body: text });
      answer(request, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const targetHost = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  let said = '';
  const target = new URL(`http://${targetHost}${path}`);
  const proxy = await openProxy({ port: 0, target, token, err: (text) => (said += text) });
  try {
    await body({ ...proxy, heard, targetHost, said: () => said });
  } finally {
    await proxy.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

/** Sends these bytes and gives all that comes until the other side ends it. */
export async function exchangeRaw(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return text;
}
