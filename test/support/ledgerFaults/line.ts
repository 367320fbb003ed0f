import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server that can be cut: who waits for an answer then hears that there will be none. */
export interface Line {
  readonly host: string;
  /** Ends all connections; new ones can be made. */
  cut(): void;
  close(): Promise<void>;
}

/** @param target `host:port` */
export async function openLine(target: string): Promise<Line> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    // Else small answers wait for each other, 40 ms a time.
    return socket
      .setNoDelay()
      .on('error', () => undefined)
      .once('close', () => sockets.delete(socket));
  };
  const [host = '', port = ''] = target.split(':');
  const server = createServer((near) => {
    const far = keep(connect(Number(port), host));
    keep(near).pipe(far).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    async close() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}
