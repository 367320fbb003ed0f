import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { OutgoingMessage, Topic, Topics } from '../topics/port.ts';
import type { Description } from './description.ts';

export interface SchedulerOptions {
  readonly topics: Topics;
  readonly schedules: Description['schedules'];
  /** Milliseconds: takes the place of each schedule's cron, which can't say less than a minute. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Cloud Scheduler's part. */
export interface Scheduler {
  /** Publishes what each schedule says, now and from now on. */
  start(): void;
  /** Resolves when nothing is being published any more. */
  stop(): Promise<void>;
}

export function createScheduler({ topics, schedules, everyMs, clock, log }: SchedulerOptions): Scheduler {
  const messages = Object.entries(schedules).map(([topic, { data }]): OutgoingMessage => ({
    topic: topic as Topic,
    data,
    attributes: {},
  }));
  let cancel = (): void => undefined;
  let isStopped = false;
  let publishing: Promise<void> = Promise.resolve();
  const publish = async (): Promise<void> => {
    try {
      await topics.publish(messages);
    } catch (error) {
      const message = `the Scheduler could not publish: ${error instanceof Error ? error.message : String(error)}`;
      log({ severity: 'ERROR', event: 'tick-failed', message });
    }
    if (!isStopped) cancel = clock.after(everyMs, tick);
  };
  const tick = (): void => {
    publishing = publish();
  };
  return {
    start: tick,
    async stop() {
      isStopped = true;
      cancel();
      await publishing;
    },
  };
}
