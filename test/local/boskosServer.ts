import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import type { ResourceRecord } from '../../shared/ledger/records.ts';
import { until } from '../support/until.ts';
import { startMason, type RunningMason } from './processes.ts';
import { readRecords, whoIsOn, type Sample } from './sample.ts';

/** Boskos's API alone, in a process of its own that can be killed and started again at the same place. */
export interface BoskosServer {
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** POST; what comes back is nobody's business, nor whether it comes back. */
  post(call: string): Promise<{ readonly status: number; readonly body: string } | null>;
  /** What its ledger says. */
  records(): Promise<readonly ResourceRecord[]>;
}

export async function startBoskos(sample: Sample, leaseExpiry: string): Promise<BoskosServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const data = `${sample.data}-boskos`;
  const flags = ['--config', sample.config, '--data', data, '--port', String(port)];
  let running: RunningMason | null = null;
  const start = async (): Promise<void> => {
    running = startMason('--only', 'boskos', ...flags, '--lease-expiry', leaseExpiry);
    await running.url();
  };
  await start();
  const server: BoskosServer = {
    url,
    start,
    async kill() {
      running?.kill('SIGKILL');
      await running?.exited;
    },
    async post(call) {
      try {
        const response = await fetch(`${url}${call}`, { method: 'POST' });
        return { status: response.status, body: await response.text() };
      } catch {
        return null;
      }
    },
    records: () => readRecords(data),
  };
  // Its config is stored by its first tick.
  await until(async () => (await server.records()).length > 0);
  return server;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What keeps the server and the services from being at rest, as they must be when all is done. */
export async function unrestOf(server: BoskosServer, sample: Sample): Promise<string[]> {
  const all = await server.records();
  const services = all.filter(({ type }) => type === 'notes-service');
  const parked = new Map(services.map(({ name }) => [name, all.filter(({ state }) => state === name)]));
  const holders = new Set(parked.keys());
  const unrest = all
    .filter(({ state, owner }) => owner !== '' || (state !== 'free' && !holders.has(state)))
    .map(({ name, type, state, owner }) => `${type} ${name} is ${state}, owner "${owner}"`);
  for (const { name, userData } of services) {
    const types = (parked.get(name) ?? []).map(({ type }) => type).sort();
    const told = (userData['leasedResources'] ?? '').match(/[^\s-].*/g)?.map((line) => line.trim()) ?? [];
    const names = (parked.get(name) ?? []).map((resource) => resource.name);
    if (types.join() !== 'folder,port') unrest.push(`${name} holds ${types.join() || 'nothing'}`);
    if (told.sort().join() !== names.sort().join())
      unrest.push(`${name} tells ${told.join()}, holds ${names.join()}`);
    const url = userData['url'] ?? 'http://127.0.0.1:1';
    const who = await whoIsOn(Number(new URL(url).port));
    if (who?.['resource'] !== name) unrest.push(`${name}: ${JSON.stringify(who)} answers at ${url}`);
  }
  const free = all.filter(({ type, state }) => type === 'port' && state === 'free');
  for (const { name } of free) {
    const port = sample.ports[Number(name.replace('port-', '')) - 1] ?? 0;
    if ((await whoIsOn(port)) !== null) unrest.push(`a service is left on the free ${name}`);
  }
  return unrest;
}
