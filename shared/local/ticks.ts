import type { Handler } from '../../functions/handlers.ts';
import { SyncFailed } from '../../functions/sync/sync.ts';
import type { Log } from '../runtime/log.ts';
import { EVERYTHING, readMessage } from '../topics/message.ts';
import type { Topic, Topics } from '../topics/port.ts';

/** What the Scheduler does in the cloud: it wakes sync and the janitor. */
export interface Ticks {
  /** Does nothing while the tick before is still being handled. */
  tick(): void;
  /** @returns the handler, made to be one that ticks wake */
  watch(handler: Handler): Handler;
  /** @param listener called after each tick; `isWhole`: all of it was done */
  onDone(listener: (isWhole: boolean) => void): void;
}

export function createTicks({
  topics,
  log,
  ticked,
}: {
  readonly topics: Topics;
  readonly log: Log;
  /** Whom each tick wakes. */
  readonly ticked: readonly Topic[];
}): Ticks {
  const listeners: ((isWhole: boolean) => void)[] = [];
  let underWay = 0;
  let isWhole = true;

  const end = (isDone: boolean): void => {
    underWay -= 1;
    isWhole &&= isDone;
    if (underWay > 0) return;
    // Only then are its messages off the topics' books, too.
    setImmediate(() => {
      for (const listener of listeners) listener(isWhole);
    });
  };

  return {
    tick() {
      if (underWay > 0) return;
      underWay = ticked.length;
      isWhole = true;
      const message = { data: EVERYTHING, attributes: {} };
      void topics.publish(ticked.map((topic) => ({ topic, ...message })));
    },
    watch: (handler) => async (event) => {
      if (readMessage(event).data !== EVERYTHING) {
        await handler(event);
        return;
      }
      try {
        await handler(event);
        end(true);
      } catch (error) {
        // Not thrown on, which would have it delivered again: the next tick comes sooner.
        if (!(error instanceof SyncFailed)) logFailure(log, error);
        end(false);
      }
    },
    onDone(listener) {
      listeners.push(listener);
    },
  };
}

function logFailure(log: Log, error: unknown): void {
  const message = `a tick failed: ${error instanceof Error ? error.message : String(error)}`;
  log({ severity: 'ERROR', event: 'tick-failed', message });
}
