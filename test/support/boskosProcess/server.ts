// A Boskos API in a process of its own (see startServer.ts). It prints its URL, and serves until its input ends.
//
//     node server.ts sqlite FILE
//     node server.ts firestore HOST PROJECT

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createBoskosHandler } from '../../../functions/boskos/boskos.ts';
import { overNode } from '../../../shared/http/overHttp.ts';
import { openFirestoreLedger } from '../../../shared/ledger/firestore/openFirestoreLedger.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { DEFAULT_TIMING } from '../../../shared/mason/timing.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { composeMason, openRegistry } from '../../../shared/runtime/compose.ts';
import { createJsonLog } from '../../../shared/runtime/jsonLog.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';

const ledger = openLedger(process.argv.slice(2));
// Standard output has the URL; whoever started it reads a fault on standard error.
const log = createJsonLog({ project: null, stream: process.stderr });
const { users } = composeMason({
  ledger,
  log,
  clock: systemClock,
  random: systemRandom,
  topics: { publish: () => Promise.resolve() },
  registry: openRegistry({ commands: false }),
  config: { read: () => Promise.reject(new Error('there is no config')) },
  timing: DEFAULT_TIMING,
  installation: 'process',
  leaseExpiryMs: 3_600_000,
  requestTtlMs: 30_000,
});

const listen = overNode(createBoskosHandler({ users, views: ledger.views, log }));
const server = createServer((request, response) => void listen(request, response)).listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
await once(process.stdin.resume(), 'end');
server.closeAllConnections();
server.close();
await once(server, 'close');
await ledger.close();

function openLedger([kind, place = '', projectId = '']: readonly string[]): Ledger {
  if (kind === 'sqlite')
    return openSqliteLedger({ path: place, now: () => Date.now(), random: () => Math.random() });
  return openFirestoreLedger({ projectId, emulator: place, clock: systemClock, random: () => Math.random() });
}
