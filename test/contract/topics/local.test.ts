import { openLocalTopics } from '../../../shared/topics/local/localTopics.ts';
import { createWorldClock } from '../../support/worldClock.ts';
import { createWorldRandom } from '../../support/worldRandom.ts';
import { describeTopics } from './topicsContract.ts';

const MIN_BACKOFF_MS = 100;
const MAX_DELIVERIES = 5;

/** Until every promise that can go on without time has gone on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describeTopics('in the process', async () => {
  const clock = createWorldClock();
  const topics = openLocalTopics({
    clock,
    random: createWorldRandom(1),
    log: () => undefined,
    concurrency: 8,
    maxDeliveries: MAX_DELIVERIES,
    minBackoffMs: MIN_BACKOFF_MS,
    maxBackoffMs: 1_000,
  });
  return {
    topics,
    now: () => clock.now(),
    subscribe: async (topic, handler) => {
      topics.subscribe(topic, handler);
    },
    async until(isSo) {
      for (let steps = 0; steps < 1_000; steps += 1) {
        await turn();
        if (isSo()) return;
        await clock.advance(MIN_BACKOFF_MS / 2, turn);
      }
      throw new Error('waited in vain');
    },
    maxDeliveries: MAX_DELIVERIES,
    minBackoffMs: MIN_BACKOFF_MS,
    deadLetters: async (topic) =>
      topics.deadLetters().flatMap(({ message }) => (message.topic === topic ? [message] : [])),
    close: () => topics.close(),
  };
});
