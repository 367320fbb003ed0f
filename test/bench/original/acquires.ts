import { join } from 'node:path';

import { startBoskos, type BoskosServer } from '../acquire/boskosServer.ts';
import { load, type Figures } from '../acquire/load.ts';
import { median } from '../bench.ts';
import type { Program, Store } from './program.ts';

export const ACQUIRE_SIZES = [10, 1_000, 10_000];
const CLIENTS = { one: 1, many: 16 } as const;
const ROUNDS = 5;
const WARM_UP_MS = 1_000;
const MEASURED_MS = 1_000;

export interface Acquires {
  /** Milliseconds of an acquire by one client, median. */
  readonly p50: number;
  /** Acquires with their releases in a second, by 16 clients. */
  readonly pairs: number;
  /** Of all calls by 16 clients, in a thousand, those answered with 500: the original gives up after five conflicts. */
  readonly failedPerMille: number;
}

export type Server = Store | 'memory' | 'durable';

/** The same clients against every server, each in a process of its own; one after the other in each round. */
export async function measureAcquires(
  size: number,
  { program, folder }: { readonly program: Program; readonly folder: string },
): Promise<Readonly<Record<Server, Acquires>>> {
  const opened: BoskosServer[] = [];
  const open = async (starting: Promise<BoskosServer>): Promise<number> => {
    const server = await starting;
    opened.push(server);
    return server.port;
  };
  try {
    return await race({
      cached: await open(program.serve('cached', size)),
      quick: await open(program.serve('quick', size)),
      memory: await open(startBoskos({ folder, data: ':memory:', size })),
      durable: await open(startBoskos({ folder, data: join(folder, String(size)), size })),
    });
  } finally {
    await Promise.all(opened.map((server) => server.close()));
  }
}

async function race(ports: Readonly<Record<Server, number>>): Promise<Readonly<Record<Server, Acquires>>> {
  const servers = Object.keys(ports) as Server[];
  const rounds: Record<Server, Round[]> = { cached: [], quick: [], memory: [], durable: [] };
  for (const server of servers) await load({ port: ports[server], clients: 4, ms: WARM_UP_MS });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const server of servers) rounds[server].push(await measure(ports[server]));
  }
  return {
    cached: summed(rounds.cached),
    quick: summed(rounds.quick),
    memory: summed(rounds.memory),
    durable: summed(rounds.durable),
  };
}

type Round = Readonly<Record<keyof typeof CLIENTS, Figures>>;

const measure = async (port: number): Promise<Round> => ({
  one: await load({ port, clients: CLIENTS.one, ms: MEASURED_MS }),
  many: await load({ port, clients: CLIENTS.many, ms: MEASURED_MS }),
});

function summed(rounds: readonly Round[]): Acquires {
  const failed = rounds.reduce((sum, { many }) => sum + many.failed, 0);
  const granted = rounds.reduce((sum, { many }) => sum + (many.pairs * MEASURED_MS) / 1_000, 0);
  return {
    p50: median(rounds.map(({ one }) => one.p50)),
    pairs: median(rounds.map(({ many }) => many.pairs)),
    failedPerMille: (1_000 * failed) / (failed + granted),
  };
}
