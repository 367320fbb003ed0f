import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { startEmulator, type Emulator } from '../../../shared/cloud/emulators.ts';
import { ADDRESS } from './sharedFirestore.ts';

let emulator: Promise<Emulator> | undefined;
let server: Server | undefined;

/**
 * Jest's globalSetup: one Firestore emulator for all suites of a run, started when the first of them asks for it. A Java
 * machine of its own for each suite takes seconds to start, and a minute of work until it is fast.
 */
export default async function setUp(): Promise<void> {
  const answers = createServer((_request, response) => {
    emulator ??= startEmulator('firestore', { projectId: 'shared' });
    emulator.then(
      ({ host }) => response.end(host),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    answers.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  server = answers;
  process.env[ADDRESS] = `http://127.0.0.1:${(answers.address() as AddressInfo).port}`;
}

/** Ends what `setUp` and the suites have started. */
export async function stop(): Promise<void> {
  server?.closeAllConnections();
  server?.close();
  // Those that wanted one that did not start were told.
  const started = await emulator?.catch(() => undefined);
  await started?.stop();
}
