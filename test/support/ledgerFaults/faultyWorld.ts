import { randomUUID } from 'node:crypto';

import { openFirestoreLedger } from '../../../shared/ledger/firestore/openFirestoreLedger.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import { systemClock, type Clock } from '../../../shared/runtime/clock.ts';
import { openWorld, type LedgerClock, type World } from '../../contract/ledger/world.ts';
import { startFaultProxy, type FaultProxy } from '../faultProxy/faultProxy.ts';
import { dumpOf } from './dump.ts';
import { openLine } from './line.ts';

/** A deadline (ms) that no busy machine keeps the emulator from: which it is to miss, the tests say. */
const PATIENT_MS = 100_000;

export interface FaultyWorldOptions {
  /** `host:port` of the emulator. */
  readonly emulator: string;
}

/** An empty ledger of its own, with a network between it and the emulator that loses what it is told to lose. */
export interface FaultyWorld {
  readonly world: World;
  readonly proxy: FaultProxy;
  /** From now on the ledger waits no longer than this (ms) for an answer. Before, it takes its own time. */
  readonly hurry: (deadlineMs: number) => void;
  /** Another process's ledger on the same documents, behind the same proxy. Closed with this world. */
  readonly openAnother: () => Ledger;
  /** All documents, but for what differs from run to run (times, random cursors). */
  dump(): Promise<string>;
  readonly close: () => Promise<void>;
}

export async function openFaultyWorld(options: FaultyWorldOptions): Promise<FaultyWorld> {
  const network = await openNetwork(options);
  const shared = Promise.withResolvers<LedgerClock>();
  const { world } = await openWorld(async (clock) => {
    shared.resolve(clock);
    return network.open(clock);
  });
  const clock = await shared.promise;
  return {
    world,
    proxy: network.proxy,
    hurry: network.hurry,
    openAnother: () => network.open(clock),
    dump: () => dumpOf(options.emulator, network.projectId),
    close: network.close,
  };
}

/** A ledger whose network ends with it. @param disturb told of the proxy at once */
export async function openFaultyLedger(
  options: FaultyWorldOptions & { readonly disturb: (proxy: FaultProxy) => void },
  clock: LedgerClock,
): Promise<Ledger> {
  const network = await openNetwork(options);
  options.disturb(network.proxy);
  return { ...network.open(clock), close: network.close };
}

interface Network {
  readonly projectId: string;
  readonly proxy: FaultProxy;
  readonly open: (clock: LedgerClock) => Ledger;
  readonly hurry: (deadlineMs: number) => void;
  /** Ends all ledgers, too. */
  readonly close: () => Promise<void>;
}

async function openNetwork({ emulator }: FaultyWorldOptions): Promise<Network> {
  // A project of its own is an empty ledger.
  const projectId = `faults-${randomUUID()}`;
  const proxy = await startFaultProxy({ target: emulator });
  const line = await openLine(proxy.host);
  const ledgers: Ledger[] = [];
  let longestMs = Infinity;
  const hurried: Clock = {
    ...systemClock,
    after: (ms, action) => systemClock.after(Math.min(ms, longestMs), action),
  };
  return {
    projectId,
    proxy,
    open(clock) {
      const ledger = openFirestoreLedger({
        projectId,
        emulator: line.host,
        deadlineMs: PATIENT_MS,
        clock: hurried,
        random: () => Math.random(),
        shiftMs: () => clock.ahead(),
      });
      ledgers.push(ledger);
      return ledger;
    },
    hurry(deadlineMs) {
      longestMs = deadlineMs;
    },
    async close() {
      proxy.clear();
      // A client ends only after all of its calls, and would wait a minute for what is silent.
      line.cut();
      await Promise.all(ledgers.map((ledger) => ledger.close()));
      await line.close();
      await proxy.close();
    },
  };
}
