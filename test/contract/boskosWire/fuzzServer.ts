import { setImmediate as nextTurn } from 'node:timers/promises';

import { withAuth } from '../../../functions/boskos/auth/auth.ts';
import { createBoskosHandler, type BoskosHandler } from '../../../functions/boskos/boskos.ts';
import { readEnvironment } from '../../../shared/runtime/environment.ts';
import type { LogEntry } from '../../../shared/runtime/log.ts';
import { numbered, openWorld, physical, type OpenLedger, type World } from '../ledger/world.ts';
import { serve, usersOf } from './wire.ts';

export interface FuzzedServer {
  readonly base: string;
  readonly world: World;
  readonly log: readonly LogEntry[];
  /** How many calls got past auth. */
  readonly entered: () => number;
  /** What they were answered, once none of them is under way any more. */
  readonly answered: () => Promise<readonly number[]>;
  readonly close: () => Promise<void>;
}

/** @param variables those of auth; its password, if it wants one, is sesame */
export async function openFuzzed(
  open: OpenLedger,
  variables: Readonly<Record<string, string>> = { MASON_AUTH: 'none' },
): Promise<FuzzedServer> {
  const { world, close } = await openWorld(open);
  // None is made on demand: a refused acquire with a request_id would make one, as it should.
  await world.configure(physical('project', numbered('p', 60)), physical('cluster', numbered('c', 20)));
  const log: LogEntry[] = [];
  const note = (entry: LogEntry): void => void log.push(entry);
  const { views } = world.ledger;
  const handle = createBoskosHandler({ users: usersOf(world.ledger, note), views, log: note });
  let entered = 0;
  const answered: number[] = [];
  const counting: BoskosHandler = async (request) => {
    entered += 1;
    const answer = await handle(request);
    answered.push(answer.status);
    return answer;
  };
  const environment = readEnvironment({ MASON_CONFIG: 'a.yaml', MASON_LEDGER: ':memory:', ...variables });
  const parts = { clock: { monotonic: () => 0 }, log: note, readFile: () => Promise.resolve('sesame') };
  const server = await serve(withAuth(environment, parts, counting));
  return {
    base: server.base,
    world,
    log,
    entered: () => entered,
    async answered() {
      while (answered.length < entered) await nextTurn();
      return answered;
    },
    async close() {
      await server.close();
      await close();
    },
  };
}

/** The headers of a call that Cloud Run has let in as this caller. */
export function as(email: string): { readonly authorization: string } {
  const claims = Buffer.from(JSON.stringify({ email, email_verified: true })).toString('base64url');
  return { authorization: `Bearer e30.${claims}.SIGNATURE_REMOVED_BY_GOOGLE` };
}

/** @returns the name of one that alice holds */
export async function take(world: World): Promise<string> {
  const [name] = await world.names('cluster', 'free');
  if (name === undefined) throw new Error('no cluster is left');
  await world.ledger.users.acquireByState({ state: 'free', dest: 'busy', owner: 'alice', names: [name] });
  return name;
}
