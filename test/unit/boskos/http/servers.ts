import { randomUUID } from 'node:crypto';

import { createBoskosHandler } from '../../../../functions/boskos/boskos.ts';
import { openSqliteLedger } from '../../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { serve, usersOf } from '../../../contract/boskosWire/wire.ts';
import { openWorld, physical } from '../../../contract/ledger/world.ts';
import { openOriginalBoskos } from '../../../support/originalBoskos.ts';

/** A server with five projects p-0 to p-4, free, and two dynamic clusters, dirty. */
export interface TestServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const PROJECTS = [0, 1, 2, 3, 4].map((n) => `p-${n}`);
export const START_MS = Date.UTC(2026, 0, 1);

export async function openOriginal(): Promise<TestServer> {
  return openOriginalBoskos({
    types: [
      { type: 'project', state: 'free', names: PROJECTS },
      { type: 'cluster', state: 'dirty', minCount: 2, maxCount: 4, lifespanMs: 60_000 },
    ],
    now: () => START_MS,
    newName: () => randomUUID(),
  });
}

/** Mason's own server, over SQLite. */
export async function openOurs(): Promise<TestServer> {
  const { world, close } = await openWorld(async (clock) =>
    openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => 0 }),
  );
  await world.configure(
    physical('project', PROJECTS),
    physical('cluster', 2, { state: 'dirty', lifespanMs: 60_000 }),
  );
  const log = (): void => undefined;
  const { views } = world.ledger;
  const server = await serve(createBoskosHandler({ users: usersOf(world.ledger, log), views, log }));
  return {
    url: server.base,
    async close() {
      await server.close();
      await close();
    },
  };
}
