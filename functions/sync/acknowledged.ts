import { MasonError, type ErrorCode } from '../../shared/errors.ts';

type Handler = (event: unknown) => Promise<void>;

/**
 * The same handler for Pub/Sub, which delivers again what is rejected, and at last puts it among the dead letters. Where
 * nothing but the config is at fault, no other delivery is asked for: the last good one is in force, the log tells of it,
 * and the next tick looks again.
 */
export function acknowledged(sync: Handler): Handler {
  return async (event) => {
    try {
      await sync(event);
    } catch (error) {
      const faults: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
      if (!faults.every(isOfConfig)) throw error;
    }
  };
}

const OF_CONFIG: readonly ErrorCode[] = ['CONFIG_INVALID', 'CONFIG_UNREADABLE'];
const isOfConfig = (error: unknown): boolean => error instanceof MasonError && OF_CONFIG.includes(error.code);
