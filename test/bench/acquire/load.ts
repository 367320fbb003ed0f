import { median } from '../bench.ts';
import { openConnection, type Connection } from './connection.ts';

export interface Figures {
  /** Milliseconds. */
  readonly p50: number;
  /** Acquires with their releases, in a second. */
  readonly pairs: number;
  /** Calls answered with neither 200 nor, to an acquire, 404. */
  readonly failed: number;
}

/** Clients that acquire and release without a pause, for so many milliseconds. */
export async function load(options: {
  readonly port: number;
  readonly clients: number;
  readonly ms: number;
}): Promise<Figures> {
  const { port, clients, ms } = options;
  const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(port)));
  const start = performance.now();
  const lanes = await Promise.all(
    connections.map((connection, at) => loop(connection, `client-${at}`, start + ms)),
  );
  const seconds = (performance.now() - start) / 1_000;
  for (const connection of connections) connection.close();
  const latencies = lanes.flatMap((lane) => lane.latencies);
  const failed = lanes.reduce((sum, lane) => sum + lane.failed, 0);
  return { p50: median(latencies), pairs: latencies.length / seconds, failed };
}

interface Lane {
  /** Milliseconds of each acquire that was granted: with more clients than resources some are not. */
  readonly latencies: number[];
  failed: number;
}

async function loop(connection: Connection, owner: string, until: number): Promise<Lane> {
  const lane: Lane = { latencies: [], failed: 0 };
  while (performance.now() < until) {
    const start = performance.now();
    const taken = await connection.call(`POST /acquire?type=project&state=free&dest=busy&owner=${owner}`);
    const latency = performance.now() - start;
    if (taken.status === 404) continue;
    if (taken.status !== 200) {
      lane.failed += 1;
      continue;
    }
    const { name } = JSON.parse(taken.body) as { name: string };
    const given = await connection.call(`POST /release?name=${name}&dest=free&owner=${owner}`);
    if (given.status === 200) lane.latencies.push(latency);
    else lane.failed += 1;
  }
  return lane;
}
