import { createBoskosHandler } from '../../../functions/boskos/boskos.ts';
import { openSqliteLedger } from '../../../shared/ledger/sqlite/openSqliteLedger.ts';
import { openOriginalBoskos } from '../../support/originalBoskos.ts';
import { call } from '../boskosWire/call.ts';
import { serve, usersWithoutMason } from '../boskosWire/wire.ts';
import { numbered, openWorld, physical, virtual } from '../ledger/world.ts';

/**
 * A Boskos server with four clusters that are free, each made of a project and a host, and two tokens, made of nothing. Of
 * the type spare there is none free.
 */
export interface Stage {
  readonly url: string;
  /** `NAME STATE OWNER` of each resource, in their order; an owner that is nobody is left out. */
  all(): Promise<readonly string[]>;
  /** One POST of whoever else uses the server. */
  post(line: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Lets so many milliseconds pass for the server. */
  advance(ms: number): void;
  close(): Promise<void>;
}

export type OpenStage = () => Promise<Stage>;

const CLUSTERS = numbered('cluster', 4);
const PROJECTS = numbered('project', 4);
const HOSTS = numbered('host', 4);
const TOKENS = numbered('token', 2);

interface Seen {
  readonly name: string;
  readonly state: string;
  readonly owner: string;
}

const told = (all: readonly Seen[]): string[] =>
  all.map(({ name, state, owner }) => `${name} ${state} ${owner}`.trim()).sort();

/** Mason's own server, over SQLite. */
export const openOurs: OpenStage = async () => {
  const { world, close } = await openWorld(async (clock) =>
    openSqliteLedger({ path: ':memory:', now: () => clock.now(), random: () => 0 }),
  );
  await world.configure(
    physical('project', PROJECTS),
    physical('host', HOSTS),
    virtual('cluster', CLUSTERS, { needs: { project: 1, host: 1 } }),
    virtual('token', TOKENS),
    physical('spare', ['spare-1'], { state: 'away' }),
  );
  for (const name of [...CLUSTERS, ...TOKENS]) await world.bring(name, 'done');
  const log = (): void => undefined;
  const { views } = world.ledger;
  const users = usersWithoutMason(world.ledger, log);
  const server = await serve(createBoskosHandler({ users, views, log }));
  return {
    url: server.base,
    all: async () => told(await world.records()),
    post: (line) => call(server.base, `POST ${line}`),
    advance: (ms) => {
      world.advance(ms);
    },
    async close() {
      await server.close();
      await close();
    },
  };
};

/** The model of the original's, with what Mason would have left there. */
export const openOriginal: OpenStage = async () => {
  let now = Date.UTC(2026, 0, 1);
  const model = await openOriginalBoskos({
    types: [
      { type: 'project', state: 'free', names: PROJECTS },
      { type: 'host', state: 'free', names: HOSTS },
      { type: 'cluster', state: 'dirty', names: CLUSTERS },
      { type: 'token', state: 'free', names: TOKENS },
      { type: 'spare', state: 'away', names: ['spare-1'] },
    ],
    now: () => now,
    newName: () => '',
    queues: true,
  });
  const must = async (line: string, body = ''): Promise<void> => {
    const answer = await call(model.url, `POST ${line}`, { body });
    if (answer.status !== 200) throw new Error(`${line}: ${answer.body}`);
  };
  for (const name of CLUSTERS) {
    const parts = ['project', 'host'].map((type) => name.replace('cluster', type));
    const told = JSON.stringify({
      leasedResources: parts.map((part) => `- ${part}\n`).join(''),
      url: 'http://built',
    });
    await must(`/acquirebystate?state=dirty&dest=cleaning&owner=mason&names=${name}`);
    await must(`/acquirebystate?state=free&dest=leased&owner=mason&names=${parts.join()}`);
    await must(`/update?name=${name}&state=cleaning&owner=mason`, told);
    for (const part of parts) await must(`/release?name=${part}&dest=${name}&owner=mason`);
    await must(`/release?name=${name}&dest=free&owner=mason`);
  }
  return {
    url: model.url,
    all: async () => told(model.all()),
    post: (line) => call(model.url, `POST ${line}`),
    advance: (ms) => {
      now += ms;
    },
    close: () => model.close(),
  };
};
