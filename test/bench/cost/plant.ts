import { createHandlers } from '../../../functions/handlers.ts';
import { openFirestoreLedger } from '../../../shared/ledger/firestore/openFirestoreLedger.ts';
import type { Ledger } from '../../../shared/ledger/port.ts';
import type { Mason } from '../../../shared/mason/mason.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { systemRandom } from '../../../shared/runtime/random.ts';
import { TOPICS, type Topic, type Topics } from '../../../shared/topics/port.ts';
import { openPubSubHarness } from '../../support/pubSubHarness.ts';
import { noopConfig } from '../noopConfig.ts';
import { composeNoop } from '../noopMason.ts';
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
    publish(messages) {
      const send = (): Promise<void> => {
        meter.add({ messages: messages.length });
        return harness.topics.publish(messages);
      };
      return messages.every(({ topic }) => topic === 'janitor') ? meter.takesUp(send) : meter.wakes(send);
    },
  };
  const config = noopConfig({ members, supply: 2 * members });
  const mason = composeNoop({ ledger, topics, config });
  const boskos = { ...mason.boskos };
  // Who releases calls it on this very object.
  Object.assign(mason.boskos, {
    takeGivenBack: (...asked: Parameters<typeof boskos.takeGivenBack>) =>
      meter.takesUp(() => boskos.takeGivenBack(...asked)),
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
