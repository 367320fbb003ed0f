import { once } from 'node:events';
import { connect } from 'node:net';

/** Whether somebody takes connections there, whoever it is. @param host `NAME:PORT` */
export async function listens(host: string): Promise<boolean> {
  const { hostname, port } = new URL(`http://${host}`);
  const socket = connect({ host: hostname, port: Number(port) });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
