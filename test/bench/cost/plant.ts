import { z } from 'zod';

import { createHandlers } from '../../../functions/handlers.ts';
import { openFirestoreLedger } from '../../../shared/ledger/firestore/openFirestoreLedger.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import { constructed } from '../../../shared/masonables/port.ts';
import type { Mason } from '../../../shared/mason/mason.ts';
import { DEFAULT_TIMING } from '../../../shared/mason/timing.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { composeMason, openRegistry } from '../../../shared/runtime/compose.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { TOPICS, type Topic, type Topics } from '../../../shared/topics/port.ts';
import { openPubSubHarness } from '../../support/pubSubHarness.ts';
import { Meter } from './meter.ts';

/** A whole Mason on both emulators in this process, with a meter at its clients. */
export interface Plant {
  readonly mason: Mason;
  readonly ledger: Ledger;
  readonly meter: Meter;
  /** What the Scheduler does. */
  tick(topic: Topic): Promise<void>;
  close(): Promise<void>;
}

/** @param members virtual resources that need one physical each, of which there are twice as many */
export async function openPlant(firestoreHost: string, members: number): Promise<Plant> {
  const meter = new Meter();
  const projectId = `cost-${systemRandom.uuid()}`;
  const surroundings = { clock: systemClock, random: systemRandom, log: () => undefined };
  const ledger = openFirestoreLedger({
    projectId,
    emulator: firestoreHost,
    clock: systemClock,
    random: () => systemRandom.number(),
    onUsage: (usage) => {
      meter.add(usage);
    },
  });
  const harness = await openPubSubHarness('framework');
  const topics: Topics = {
    publish: (messages) => {
      meter.add({ messages: messages.length });
      return harness.topics.publish(messages);
    },
  };
  const registry = openRegistry({ commands: false });
  registry.registerConfigConverter('Nothing', {
    content: z.strictObject({}),
    convert: () => ({ construct: () => Promise.resolve(constructed({})) }),
  });
  const mason = composeMason({
    ...surroundings,
    ledger,
    topics,
    registry,
    config: { read: () => Promise.resolve({ file: 'bench.yaml', text: configOf(members) }) },
    timing: DEFAULT_TIMING,
    installation: 'bench',
    leaseExpiryMs: 1_800_000,
    requestTtlMs: 30_000,
  });
  const handlers = createHandlers(mason);
  for (const topic of TOPICS) {
    await harness.subscribe(topic, (event) =>
      meter.run(topic, () => {
        meter.add({ invocations: 1 });
        return handlers[topic](event);
      }),
    );
  }
  const tick: Plant['tick'] = (topic) => harness.topics.publish([{ topic, data: '*', attributes: {} }]);
  const close = async (): Promise<void> => {
    await harness.close();
    await ledger.close();
  };
  return { mason, ledger, meter, tick, close };
}

const configOf = (members: number): string => `resources:
- type: physical
  state: free
  min-count: ${2 * members}
  max-count: ${2 * members}
  mason: {janitor: {type: None}}
- type: virtual
  state: dirty
  min-count: ${members}
  max-count: ${members}
  needs: {physical: 1}
  config: {type: Nothing, content: "{}"}
  mason: {max-constructing: 1000}
`;
