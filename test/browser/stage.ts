import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createConsoleHandler } from '../../functions/console/console.ts';
import type { ConsoleParts, ConsoleSettings } from '../../functions/console/parts.ts';
import { overNode } from '../../shared/http/overHttp.ts';
import { openSqliteLedger } from '../../shared/ledger/sqlite/openSqliteLedger.ts';
import { DEFAULT_TIMING } from '../../shared/mason/timing.ts';
import { systemClock, type Clock } from '../../shared/runtime/clock.ts';
import { composeMason, openRegistry } from '../../shared/runtime/compose.ts';
import { openTopicsInProcess } from '../../shared/runtime/composeLocal.ts';
import type { Log } from '../../shared/runtime/log.ts';
import { systemRandom, type Random } from '../../shared/runtime/random.ts';
import { openWorld, type World } from '../contract/ledger/world.ts';

/** A console before a ledger in memory. */
export interface Stage {
  readonly world: World;
  /** Without a slash at its end. */
  readonly url: string;
  /** What was logged: `event: message`. */
  readonly logged: string[];
  /** Lets no call through any more, or again. */
  cutOff(isCutOff: boolean): void;
  close(): Promise<void>;
}

/** The time and the chance of a stage. */
export interface StageSurroundings {
  readonly clock: Clock;
  readonly random: Random;
}

const DAY_MS = 86_400_000;

/**
 * @param change of its settings; orders and user data are on
 * @param deadLetters what was given up
 */
export async function openStage(
  change: Partial<ConsoleSettings> = {},
  deadLetters: ConsoleParts['deadLetters'] = () => [],
  { clock, random }: StageSurroundings = { clock: systemClock, random: systemRandom },
): Promise<Stage> {
  const logged: string[] = [];
  const log: Log = ({ event, message }) => void logged.push(`${event}: ${message}`);
  // Begins so long ago that a day can pass before the test sees it.
  const { world, close } = await openWorld(
    async (passed) =>
      openSqliteLedger({
        path: ':memory:',
        now: () => clock.now() - DAY_MS + passed.ahead(),
        random: () => random.number(),
      }),
    () => random.uuid(),
  );
  const surroundings = { clock, random, log };
  const topics = openTopicsInProcess(surroundings);
  const mason = composeMason({
    ...surroundings,
    ledger: world.ledger,
    topics,
    registry: openRegistry({ commands: false }),
    config: { read: () => Promise.reject(new Error('nothing reads a config here')) },
    timing: DEFAULT_TIMING,
    installation: 'test',
    leaseExpiryMs: 1_800_000,
    requestTtlMs: 30_000,
  });
  const handle = createConsoleHandler({
    mason,
    settings: { title: 'test', actions: true, userData: true, refreshMs: 200, ...change },
    clock,
    newToken: () => random.uuid(),
    graceMs: DEFAULT_TIMING.graceMs,
    callerOf: () => ({ email: 'alice@corp.example' }),
    deadLetters,
  });
  let isAway = false;
  const listen = overNode(handle);
  const server = createServer((request, response) => {
    // The page goes by the server's clock.
    response.setHeader('date', new Date(clock.now()).toUTCString());
    if (isAway) request.socket.destroy();
    else void listen(request, response);
  });
  await listening(server);
  return {
    world,
    logged,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutOff(isCutOff) {
      isAway = isCutOff;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await topics.close();
      await close();
    },
  };
}

async function listening(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
