import { randomUUID } from 'node:crypto';

import { openFirestoreLedger } from '../../../shared/ledger/firestore/openFirestoreLedger.ts';
import type { FirestoreLedgerOptions } from '../../../shared/ledger/firestore/store/options.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { openWorld, type World } from '../../contract/ledger/world.ts';
import { startFaultProxy, type FaultProxy } from '../faultProxy/faultProxy.ts';

/** Two processes on one ledger: one that the test drives step by step, and one whose commits it can hold up. */
export interface Rivals {
  readonly world: World;
  /** The process that is held up. */
  readonly slow: Ledger;
  readonly proxy: FaultProxy;
  /** Opens another process, past the proxy or through it. */
  readonly open: (change?: Partial<FirestoreLedgerOptions>) => Ledger;
  /**
   * Starts `work` of the slow process and lets it read all that it wants; when its first commit is on its way, does
   * `meanwhile` with the commit still not there, then lets it through.
   */
  readonly overtake: <Result>(
    work: () => Promise<Result>,
    meanwhile: () => Promise<unknown>,
  ) => Promise<Result>;
}

/** Runs `body` on an empty ledger of its own. */
export async function withRivals(host: string, body: (rivals: Rivals) => Promise<void>): Promise<void> {
  const projectId = `rivals-${randomUUID()}`;
  const proxy = await startFaultProxy({ target: host });
  const opened: Ledger[] = [];
  let ahead = (): number => 0;
  const open: Rivals['open'] = (change = {}) => {
    const ledger = openFirestoreLedger({
      projectId,
      emulator: host,
      clock: systemClock,
      random: () => Math.random(),
      shiftMs: () => ahead(),
      ...change,
    });
    opened.push(ledger);
    return ledger;
  };
  const { world } = await openWorld(async (clock) => {
    ahead = () => clock.ahead();
    return open();
  });
  const slow = open({ emulator: proxy.host });
  try {
    await body({
      world,
      slow,
      proxy,
      open,
      overtake: (work, meanwhile) => overtake(proxy, work, meanwhile),
    });
  } finally {
    await Promise.all(opened.map((ledger) => ledger.close()));
    await proxy.close();
  }
}

/** The client repeats by itself a commit that the network loses, with what it read before. */
async function overtake<Result>(
  proxy: FaultProxy,
  work: () => Promise<Result>,
  meanwhile: () => Promise<unknown>,
): Promise<Result> {
  const reached = Promise.withResolvers<null>();
  proxy.plan(({ method }) => {
    if (method !== 'Commit') return null;
    reached.resolve(null);
    return 'refused';
  });
  try {
    const result = work();
    // An operation that ends without a commit has nothing to be overtaken in.
    await Promise.race([reached.promise, result]);
    await meanwhile();
    proxy.plan(() => null);
    return await result;
  } finally {
    proxy.plan(() => null);
  }
}
