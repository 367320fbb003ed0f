import { expect } from '@jest/globals';

import { call } from '../../contract/boskosWire/call.ts';
import { numbered, openWorld, physical, type OpenLedger, type World } from '../../contract/ledger/world.ts';
import { openHistory, type History } from '../history.ts';
import { faultsOf } from '../historyCheck.ts';
import { startServer, type ServerProcess } from './startServer.ts';

const CLIENTS = 16;
/** Clients of two processes on one ledger, and what they have seen. */
interface Rush {
  readonly history: History;
  readonly waits: { count: number };
}

/**
 * Two servers on one ledger, with 16 clients each that acquire and release: nothing is given to two at once, and nothing
 * is lost.
 * @param resources fewer than there are clients, so that they wait for what others give back
 * @param rounds of each client
 */
export async function expectNoneTwice(
  open: OpenLedger,
  {
    ledger,
    resources,
    rounds,
  }: { readonly ledger: readonly string[]; readonly resources: number; readonly rounds: number },
): Promise<void> {
  const { world, close } = await openWorld(open);
  const names = numbered('p', resources);
  const servers: ServerProcess[] = [];
  try {
    await world.configure(physical('project', names));
    servers.push(...(await Promise.all([startServer(...ledger), startServer(...ledger)])));
    const rush: Rush = { history: openHistory(), waits: { count: 0 } };
    const clients = servers.flatMap(({ base }, server) =>
      numbered(`client-${server}`, CLIENTS).map((owner, at) => ({ base, owner, queues: at % 2 === 0 })),
    );
    const done = await Promise.all(clients.map((client) => work(rush, client, rounds)));
    expect(faultsOf(rush.history.operations)).toEqual([]);
    expect(rush.history.operations).toHaveLength(2 * rounds * clients.length);
    expect(done).toEqual(clients.map(() => rounds));
    // They met: without that nothing would have been shown.
    expect(rush.waits.count).toBeGreaterThan(0);
    await expectAllFree(world, names);
    const logs = await Promise.all(servers.splice(0).map((server) => server.close()));
    expect(logs).toEqual(['', '']);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    await close();
  }
}

interface Client {
  readonly base: string;
  readonly owner: string;
  /** With a request_id, so with a place in the line. */
  readonly queues: boolean;
}

/** @returns how often it had a resource and gave it back */
async function work(rush: Rush, { base, owner, queues }: Client, rounds: number): Promise<number> {
  let done = 0;
  while (done < rounds) {
    const id = queues ? `&request_id=${owner}-${done}` : '';
    const acquire = rush.history.begin(owner);
    const got = await call(base, `POST /acquire?type=project&state=free&dest=busy&owner=${owner}${id}`);
    if (got.status === 404) {
      rush.waits.count += 1;
      continue;
    }
    expect(got).toMatchObject({ status: 200 });
    const { name } = JSON.parse(got.body) as { name: string };
    rush.history.acquired(acquire, name);
    const held = `name=${name}&owner=${owner}`;
    const kept = await call(base, `POST /update?${held}&state=busy`, { body: JSON.stringify({ by: owner }) });
    expect(kept).toMatchObject({ status: 200 });
    const release = rush.history.begin(owner);
    expect(await call(base, `POST /release?${held}&dest=free`)).toMatchObject({ status: 200 });
    rush.history.released(release, name, 'ok');
    done += 1;
  }
  return done;
}

async function expectAllFree(world: World, names: readonly string[]): Promise<void> {
  const records = await world.records();
  expect(records.map(({ name, state, owner }) => `${name} ${state} ${owner}`).sort()).toEqual(
    names.map((name) => `${name} free `).sort(),
  );
}
