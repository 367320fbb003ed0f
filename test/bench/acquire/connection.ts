import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that keeps one connection and has one call under way. By hand, since Node's own costs as much as the server. */
export interface Connection {
  /**
   * @param line `METHOD PATH`
   * @returns the status and the body
   */
  call(line: string): Promise<{ readonly status: number; readonly body: string }>;
  close(): void;
}

const END_OF_HEAD = '\r\n\r\n';

export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  socket.setEncoding('latin1');
  return {
    async call(line) {
      const answer = readAnswer(socket);
      socket.write(`${line} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 0${END_OF_HEAD}`);
      return answer;
    },
    close: () => socket.destroy(),
  };
}

function readAnswer(socket: Socket): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  let received = '';
  const done = (): void => {
    socket.off('data', onData).off('error', onError).off('close', onClose);
  };
  const onData = (text: string): void => {
    received += text;
    const head = received.indexOf(END_OF_HEAD);
    if (head === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(received.slice(0, head))?.[1]);
    const body = received.slice(head + END_OF_HEAD.length);
    if (body.length < length) return;
    done();
    resolve({ status: Number(received.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)), body });
  };
  const onError = (error: Error): void => {
    done();
    reject(error);
  };
  const onClose = (): void => {
    onError(new Error('the server closed the connection'));
  };
  socket.on('data', onData).on('error', onError).on('close', onClose);
  return promise;
}
